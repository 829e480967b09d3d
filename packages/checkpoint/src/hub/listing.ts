import { isJsonObject, type JsonObject, parseJsonObject } from "../json.ts";
import { isSafePath } from "../safe-path.ts";
import { quoted, shown } from "../text.ts";
import { type Asked, hubError } from "./hub-error.ts";
import type { Transport } from "./transport.ts";

/** One file of a repository at one commit. */
export interface RepoFile {
  readonly name: string;
  readonly bytes: number;
  /** Names the blob in the cache: the SHA-256 of a large file, the git blob SHA-1 of a small one. */
  readonly etag: string;
  readonly digest: "sha256" | "git-sha1";
}

export interface Listing {
  readonly commit: string;
  readonly names: ReadonlySet<string>;
  /** @throws InputError E_HUB when the hub's entry for the file cannot be used. */
  file(name: string): RepoFile;
}

/** A list of a hundred thousand files is 20 MB. */
const MOST_LISTING_BYTES = 2 ** 26;

/** Asks for the commit of a revision and for its files with sizes and digests: one request for all of it. */
export async function fetchListing(transport: Transport, asked: Asked): Promise<Listing> {
  const { endpoint, repo, revision } = asked;
  const url = `${endpoint}/api/models/${repo}/revision/${encodeURIComponent(revision)}?blobs=true`;
  const reply = await transport.get(url, asked, [200], { accept: "application/json" });
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of reply.body) {
    bytes += chunk.length;
    if (bytes > MOST_LISTING_BYTES) {
      reply.discard();
      throw hubError(
        asked.id,
        `the hub's list of files must have at most ${MOST_LISTING_BYTES} bytes, got more`,
      );
    }
    chunks.push(chunk);
  }
  const text = Buffer.concat(chunks).toString("utf8");
  const listing = listingOf(parseJsonObject(text, `${asked.id}: the hub's answer`, "E_HUB"), asked.id);
  if (!isCommit(revision) || revision === listing.commit) return listing;
  throw hubError(asked.id, `the hub must answer for the commit that was asked for, got ${listing.commit}`);
}

/** Reads `{ sha, siblings: [{ rfilename, size, blobId, lfs?: { sha256, size } }] }`. */
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

/** The name of a commit never comes to mean another one, so nothing has to be asked about it. */
export function isCommit(revision: string): boolean {
  return /^[0-9a-f]{40}$/.test(revision);
}
