import { modelAt } from "../files/model-folder.ts";
import { listedShards, SHARD_INDEX } from "../model/shards.ts";
import { ADAPTER_CLASSES, ADAPTER_CONFIG, ADAPTER_TRUNCATION, ADAPTER_WEIGHTS } from "../peft/files.ts";
import type { RepoCache } from "./cache.ts";
import { hubError } from "./hub-error.ts";
import type { Listing } from "./listing.ts";

/** Which files of a repository are needed. Never a pickle: reading one can run what its author likes. */
export interface Wanted {
  readonly required: readonly string[];
  /** Read where a repository has them. */
  readonly optional: readonly string[];
  /** The weights beside them: one file, or an index and the shards that it names. */
  readonly weights: boolean;
}

const CONFIG = "config.json";
const ONE_FILE = "model.safetensors";

export const wantedModel: Wanted = {
  required: [CONFIG],
  optional: ["tokenizer.json", "tokenizer_config.json", "special_tokens_map.json", "chat_template.jinja"],
  weights: true,
};

export const wantedConfig: Wanted = { required: [CONFIG], optional: [], weights: false };

export const wantedAdapter: Wanted = {
  required: [ADAPTER_CONFIG, ADAPTER_WEIGHTS],
  optional: [ADAPTER_CLASSES, ADAPTER_TRUNCATION],
  weights: false,
};

export function wantedFile(file: string): Wanted {
  return { required: [file], optional: [], weights: false };
}

/**
 * The files of a repository to fetch first. An index of shards is the last of them; it tells what comes after.
 *
 * @throws InputError E_HUB that says what the repository holds instead.
 */
export function filesToFetch(wanted: Wanted, { names }: Listing, id: string): string[] {
  const missing = wanted.required.filter((file) => !names.has(file));
  if (missing.length > 0) throw hubError(id, ...problemOf(missing, names));
  const files = [...wanted.required, ...wanted.optional.filter((file) => names.has(file))];
  if (!wanted.weights) return files;
  const weights = [ONE_FILE, SHARD_INDEX].find((file) => names.has(file));
  if (weights === undefined) throw hubError(id, ...problemOf([ONE_FILE], names));
  return [...files, weights];
}

/** What of `wanted` the cache lacks for a commit; an optional file counts only when `strict`. */
export function missingFiles(wanted: Wanted, cache: RepoCache, commit: string, strict: boolean): string[] {
  const has = (file: string) => cache.has(commit, file);
  const optional = strict ? wanted.optional.filter((file) => !cache.isKnownMissing(commit, file)) : [];
  const missing = [...wanted.required, ...optional].filter((file) => !has(file));
  if (!wanted.weights || has(ONE_FILE)) return missing;
  if (!has(SHARD_INDEX)) return [...missing, ONE_FILE];
  return [...missing, ...listedShards(modelAt(cache.snapshot(commit))).filter((file) => !has(file))];
}

/** Names the shards once their index is there. */
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
