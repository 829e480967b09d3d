import { renameSync, rmSync } from "node:fs";
import { type FileHandle, open } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";
import { syncFolder } from "../files/atomic-file.ts";
import { systemErrorCode } from "../files/system-error.ts";
import { quoted } from "../text.ts";
import type { RepoCache } from "./cache.ts";
import { type Asked, hubError, TransientError } from "./hub-error.ts";
import type { RepoFile } from "./listing.ts";
import { Part } from "./part.ts";
import { claimPartial, releasePartial, removeAbandonedPartials } from "./partial.ts";
import type { HubProgress } from "./progress.ts";
import { withRetries } from "./retry.ts";
import { LEAST_BYTES } from "./slow-body.ts";
import type { Transport } from "./transport.ts";

/** What a download needs besides the file. */
export interface Session {
  readonly asked: Asked;
  readonly cache: RepoCache;
  readonly transport: Transport;
  readonly signal: AbortSignal | undefined;
  readonly progress: (event: HubProgress) => void;
  /** Milliseconds; see the option of the same name. */
  readonly retryDelay: number;
}

const RETRIES = 5;
const MS_BETWEEN_LOOKS = 500;

/**
 * Puts `file` into the snapshot of `commit`, from a blob that is there or over the network. A blob gets its name only
 * when all its bytes have arrived, their digest is right and they are on the disk.
 *
 * @throws InputError E_HUB; what has arrived stays for the next attempt, unless it was wrong.
 */
export async function fetchFile(session: Session, commit: string, file: RepoFile): Promise<void> {
  try {
    await fetchAndLink(session, commit, file);
  } catch (error) {
    throw diskError(error, session, file);
  }
}

/** What the user can mend about the disk, in words; any other error as it is. */
function diskError(error: unknown, { asked, cache }: Session, { name, bytes }: RepoFile): unknown {
  const code = systemErrorCode(error);
  const elsewhere = "set HF_HUB_CACHE to a folder";
  if (code === "ENOSPC" || code === "EDQUOT") {
    const problem = `${name} has ${bytes} bytes, and the disk of ${cache.blobs} is full (${code})`;
    return hubError(
      asked.id,
      problem,
      `Make room, or ${elsewhere} on another disk; then run the same again.`,
      error,
    );
  }
  // ENOENT: a file system without room for names of ours, such as /proc.
  if (["EROFS", "EACCES", "EPERM", "ENOENT", "ENOTDIR"].includes(code)) {
    const problem = `the cache must be a folder that may be written to, for ${name}, got ${cache.blobs} (${code})`;
    return hubError(asked.id, problem, `Or ${elsewhere} of your own.`, error);
  }
  if (!(error instanceof Error) || !("syscall" in error)) return error;
  const words = `${name} could not be kept in ${cache.blobs}: ${error.message}`;
  return Object.assign(new Error(words, { cause: error }), { code });
}

async function fetchAndLink(session: Session, commit: string, file: RepoFile): Promise<void> {
  const { cache, progress, signal } = session;
  if (cache.has(commit, file.name, file.bytes)) return;
  let isNew = false;
  for (let waits = 0; !cache.hasBlob(file); ) {
    const claim = claimPartial(cache.blobs, file.etag);
    if (claim.kind === "claimed") {
      await fetchBlob(session, commit, file, claim.path);
      isNew = true;
      break;
    }
    if (waits++ === 0) progress({ kind: "waiting", file: file.name });
    await sleep(MS_BETWEEN_LOOKS, undefined, signal === undefined ? {} : { signal }).catch(() =>
      signal?.throwIfAborted(),
    );
    // Where there are no links the other process moves the blob to its place at once.
    if (cache.has(commit, file.name, file.bytes)) return;
  }
  cache.link(commit, file, isNew);
  progress({ kind: "file-done", file: file.name, totalBytes: file.bytes });
}

async function fetchBlob(session: Session, commit: string, file: RepoFile, path: string): Promise<void> {
  const { cache } = session;
  let fileHandle: FileHandle | undefined;
  try {
    fileHandle = await open(path, "r+");
    await fill(session, commit, file, fileHandle);
    await fileHandle.sync();
  } catch (error) {
    await fileHandle?.close();
    releasePartial(cache.blobs, file.etag, path);
    throw error;
  }
  await fileHandle.close();
  try {
    renameSync(path, cache.blob(file));
  } catch (error) {
    // Another process may have finished it while this one was suspended.
    rmSync(path, { force: true });
    if (!cache.hasBlob(file)) throw error;
  }
  syncFolder(cache.blobs);
  removeAbandonedPartials(cache.blobs, file.etag);
}

/** Completes an open file and checks it. What an earlier process left is not trusted: a wrong whole starts anew. */
async function fill(session: Session, commit: string, file: RepoFile, handle: FileHandle): Promise<void> {
  const part = new Part(handle, file);
  await part.readOn();
  for (let isResumed = part.position > 0; ; isResumed = false) {
    await receive(session, commit, file, part);
    const { actual, isRight } = part.digest();
    if (isRight) return;
    await part.clear();
    if (isResumed) continue;
    const { asked } = session;
    throw hubError(
      asked.id,
      `${quoted(file.name)} must have the ${file.digest} ${file.etag}, got ${actual}; what had arrived was removed`,
      "A proxy may have replaced it. Try again; if it happens again, tell the owner of the repository.",
    );
  }
}

async function receive(session: Session, commit: string, file: RepoFile, part: Part): Promise<void> {
  const { asked, transport, progress, signal, retryDelay } = session;
  const { name, bytes } = file;
  const url = `${asked.endpoint}/${asked.repo}/resolve/${commit}/${name.split("/").map(encodeURIComponent).join("/")}`;
  const report = () => progress({ kind: "bytes", file: name, bytes: part.position, totalBytes: bytes });
  let before = part.position;
  const attempt = async (): Promise<void> => {
    report();
    if (part.position === bytes) return;
    before = part.position;
    const range: Record<string, string> = before > 0 ? { range: `bytes=${before}-` } : {};
    const reply = await transport.get(
      url,
      { ...asked, file: name },
      before > 0 ? [200, 206, 416] : [200],
      range,
    );
    try {
      if (reply.status === 416) {
        await part.clear();
        throw new TransientError(`the hub cannot send ${name} from byte ${before} on (416)`);
      }
      if (reply.status === 206) {
        const given = reply.header("content-range");
        if (given !== `bytes ${before}-${bytes - 1}/${bytes}`) {
          throw hubError(
            asked.id,
            `the hub must send bytes ${before}-${bytes - 1}/${bytes} of ${name}, got ${given}`,
          );
        }
      } else if (before > 0) await part.clear(); // a server without ranges starts again
      for await (const chunk of reply.body) {
        await part.add(chunk);
        if (part.position > bytes) return; // its digest will be wrong
        report();
      }
    } finally {
      reply.discard();
    }
    if (part.position < bytes) {
      throw new TransientError(`${name} ended after ${part.position} of ${bytes} bytes`);
    }
  };
  const options = { id: asked.id, what: name, retries: RETRIES, delay: retryDelay, signal, progress };
  await withRetries(options, attempt, () => part.position - before >= LEAST_BYTES);
}
