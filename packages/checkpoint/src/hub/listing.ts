import { modelAt } from "../files/model-folder.ts";
import { isJsonObject, type JsonObject, parseJsonObject } from "../json.ts";
import { listedShards, SHARD_INDEX } from "../model/model.ts";
import { isSafePath } from "../path.ts";
import { ADAPTER_CLASSES, ADAPTER_CONFIG, ADAPTER_TRUNCATION, ADAPTER_WEIGHTS } from "../peft/files.ts";
import { quoted, shown } from "../text.ts";
import type { RepoCache, RepoFile } from "./cache.ts";
import { type HubRequest, hubError } from "./errors.ts";
import type { Transport } from "./transport.ts";

export interface Listing {
  readonly commit: string;
  readonly names: ReadonlySet<string>;
  /**
   * Finds a file in the listing.
   *
   * @throws InputError E_HUB when the hub's entry for the file cannot be used.
   */
  file(name: string): RepoFile;
}

/** Listing limit in bytes: a hundred thousand files take 20 MB. */
const MOST_LISTING_BYTES = 2 ** 26;

export async function fetchListing(transport: Transport, request: HubRequest): Promise<Listing> {
  const { endpoint, repo, revision } = request;
  const url = `${endpoint}/api/models/${repo}/revision/${encodeURIComponent(revision)}?blobs=true`;
  const reply = await transport.get(url, request, [200], { accept: "application/json" });
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of reply.body) {
    bytes += chunk.length;
    if (bytes > MOST_LISTING_BYTES) {
      reply.discard();
      throw hubError(
        request.id,
        `the hub's list of files must have at most ${MOST_LISTING_BYTES} bytes, got more`,
      );
    }
    chunks.push(chunk);
  }
  const text = Buffer.concat(chunks).toString("utf8");
  const listing = listingOf(parseJsonObject(text, `${request.id}: the hub's answer`, "E_HUB"), request.id);
  if (!isCommit(revision) || revision === listing.commit) return listing;
  throw hubError(request.id, `the hub must answer for the commit that was asked for, got ${listing.commit}`);
}

/** Reads the hub's answer `{ sha, siblings: [{ rfilename, size, blobId, lfs?: { sha256, size } }] }`. */
function listingOf({ sha, siblings }: JsonObject, id: string): Listing {
  if (typeof sha !== "string" || !isCommit(sha) || !Array.isArray(siblings)) {
    throw hubError(id, `the hub must name a commit and its files, got the commit ${shown(sha)}`);
  }
  const entries = new Map<string, JsonObject>();
  for (const entry of siblings) {
    if (isJsonObject(entry) && typeof entry.rfilename === "string") entries.set(entry.rfilename, entry);
  }
  return {
    commit: sha,
    names: new Set(entries.keys()),
    file: (name) => {
      if (!isSafePath(name)) {
        throw hubError(
          id,
          `a file's name must be a path down from its folder on every system, got ${quoted(name)}`,
        );
      }
      const { lfs, size, blobId } = entries.get(name) ?? {};
      const isLarge = isJsonObject(lfs);
      const bytes = isLarge ? (lfs.size ?? size) : size;
      const etag = isLarge ? lfs.sha256 : blobId;
      const isRight =
        Number.isSafeInteger(bytes) &&
        Number(bytes) >= 0 &&
        typeof etag === "string" &&
        (isLarge ? /^[0-9a-f]{64}$/ : /^[0-9a-f]{40}$/).test(etag);
      if (isRight) return { name, bytes: Number(bytes), etag, digest: isLarge ? "sha256" : "git-sha1" };
      throw hubError(
        id,
        `the hub must give size and digest of ${quoted(name)}, got ${shown({ size, blobId, lfs })}`,
      );
    },
  };
}

/** True for a full commit hash, which never moves, unlike branches and tags. */
export function isCommit(revision: string): boolean {
  return /^[0-9a-f]{40}$/.test(revision);
}

/** Files to fetch for a model or adapter. Never a pickle: reading it can run arbitrary code. */
export interface NeededFiles {
  readonly required: readonly string[];
  readonly optional: readonly string[];
  readonly weights: boolean;
}

const CONFIG = "config.json";
const ONE_FILE = "model.safetensors";

export const modelFiles: NeededFiles = {
  required: [CONFIG],
  optional:
    "tokenizer.json tokenizer_config.json special_tokens_map.json chat_template.jinja generation_config.json".split(
      " ",
    ),
  weights: true,
};

export const configFile: NeededFiles = { required: [CONFIG], optional: [], weights: false };

export const adapterFiles: NeededFiles = {
  required: [ADAPTER_CONFIG, ADAPTER_WEIGHTS],
  optional: [ADAPTER_CLASSES, ADAPTER_TRUNCATION],
  weights: false,
};

export function ggufFile(file: string): NeededFiles {
  return { required: [file], optional: [], weights: false };
}

/**
 * Files to fetch first; a shard index comes last, since it names further files. Throws E_HUB that says what the
 * repository holds instead.
 */
export function filesToFetch(needed: NeededFiles, { names }: Listing, id: string): string[] {
  const missing = needed.required.filter((file) => !names.has(file));
  if (missing.length > 0) throw hubError(id, ...problemOf(missing, names));
  const files = [...needed.required, ...needed.optional.filter((file) => names.has(file))];
  if (!needed.weights) return files;
  const weights = [ONE_FILE, SHARD_INDEX].find((file) => names.has(file));
  if (weights === undefined) throw hubError(id, ...problemOf([ONE_FILE], names));
  return [...files, weights];
}

/** Needed files that the cache lacks; optional files only when `strict` and not known to be missing. */
export function missingFiles(
  needed: NeededFiles,
  cache: RepoCache,
  commit: string,
  strict: boolean,
): string[] {
  const has = (file: string) => cache.has(commit, file);
  const optional = strict ? needed.optional.filter((file) => !cache.isKnownMissing(commit, file)) : [];
  const missing = [...needed.required, ...optional].filter((file) => !has(file));
  if (!needed.weights || has(ONE_FILE)) return missing;
  if (!has(SHARD_INDEX)) return [...missing, ONE_FILE];
  return [...missing, ...listedShards(modelAt(cache.snapshot(commit))).filter((file) => !has(file))];
}

export function shardsToFetch(files: readonly string[], cache: RepoCache, commit: string): string[] {
  return files.includes(SHARD_INDEX) ? listedShards(modelAt(cache.snapshot(commit))) : [];
}

function problemOf(missing: readonly string[], names: ReadonlySet<string>): [string, string?] {
  const all = [...names];
  const problem = `the repository must hold ${missing.join(" and ")}`;
  const pickles = all.filter((name) => /^(?:pytorch_model|adapter_model)\b[^/]*\.bin$/.test(name));
  const ggufs = all.filter((name) => /\.gguf$/i.test(name));
  const [pickle, gguf] = [pickles[0], ggufs[0]];
  if (missing.includes(CONFIG) && names.has(ADAPTER_CONFIG)) {
    return [
      `${problem}, and it holds an adapter`,
      "Name the base model here and the adapter where one is asked for.",
    ];
  }
  if (missing.includes(ADAPTER_CONFIG) && names.has(CONFIG)) {
    return [`${problem}, and it holds a whole model`];
  }
  if (pickle !== undefined && missing.some((file) => file.endsWith(".safetensors"))) {
    return [
      `${problem}, and it holds ${pickle}, a pickle, which is never read`,
      "Convert to safetensors, or look on its page for a revision that has them: org/name@refs/pr/1.",
    ];
  }
  if (gguf !== undefined) {
    const some = ggufs.slice(0, 8).join(", ");
    return [`${problem}, and it holds GGUF files: ${some}`, `Name the one to use: org/name:${gguf}`];
  }
  return [`${problem}, got ${all.slice(0, 8).join(", ") || "no files"}`];
}
