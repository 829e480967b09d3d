import { createHash, type Hash } from "node:crypto";
import { renameSync, rmSync, statSync } from "node:fs";
import { type FileHandle, open } from "node:fs/promises";
import { abandonedBeside, removeAbandoned, syncFolder, temporaryBeside } from "../files/atomic-file.ts";
import { makeFolder } from "../files/atomic-folder.ts";
import { systemErrorCode } from "../files/system-error.ts";
import { quoted } from "../text.ts";
import type { RepoCache, RepoFile } from "./cache.ts";
import { type HubProgress, type HubRequest, hubError, TransientError, withRetries } from "./errors.ts";
import { LEAST_BYTES, type Transport } from "./transport.ts";

export interface Session {
  readonly request: HubRequest;
  readonly cache: RepoCache;
  readonly transport: Transport;
  readonly signal: AbortSignal | undefined;
  readonly progress: (event: HubProgress) => void;
  /** Pause before the first retry in milliseconds, doubled at each. */
  readonly retryDelay: number;
}

const RETRIES = 5;

/**
 * Downloads `file` into the snapshot of `commit`. A blob gets its name only when complete, on disk, and with the right
 * digest. Throws E_HUB; bytes that have arrived stay for the next attempt, unless they were wrong.
 */
export async function fetchFile(session: Session, commit: string, file: RepoFile): Promise<void> {
  const { cache, progress } = session;
  if (cache.has(commit, file.name, file.bytes)) return;
  try {
    const isNew = !cache.hasBlob(file);
    if (isNew) await fetchBlob(session, commit, file);
    cache.link(commit, file, isNew);
  } catch (error) {
    throw diskError(error, session, file);
  }
  progress({ kind: "file-done", file: file.name, totalBytes: file.bytes });
}

function diskError(error: unknown, { request, cache }: Session, { name, bytes }: RepoFile): unknown {
  const code = systemErrorCode(error);
  const elsewhere = "set HF_HUB_CACHE to a folder";
  if (code === "ENOSPC" || code === "EDQUOT") {
    const problem = `${name} has ${bytes} bytes, and the disk of ${cache.blobs} is full (${code})`;
    return hubError(
      request.id,
      problem,
      `Make room, or ${elsewhere} on another disk; then run the same again.`,
      error,
    );
  }
  // ENOENT: no new names accepted, as in /proc.
  if (["EROFS", "EACCES", "EPERM", "ENOENT", "ENOTDIR"].includes(code)) {
    const problem = `the cache must be a folder that may be written to, for ${name}, got ${cache.blobs} (${code})`;
    return hubError(request.id, problem, `Or ${elsewhere} of your own.`, error);
  }
  if (!(error instanceof Error) || !("syscall" in error)) return error;
  const words = `${name} could not be kept in ${cache.blobs}: ${error.message}`;
  return Object.assign(new Error(words, { cause: error }), { code });
}

/**
 * Downloads into this process's temporary file. Resumes an abandoned download: one process gets it by rename, the
 * others begin at the first byte.
 */
async function fetchBlob(session: Session, commit: string, file: RepoFile): Promise<void> {
  const { cache } = session;
  const blob = cache.blob(file);
  const path = temporaryBeside(blob);
  const left = `${blob}.left.incomplete`;
  makeFolder(cache.blobs);
  const isBegun = [left, ...abandonedBeside(blob)].some((part) => tryRename(part, path));
  try {
    const handle = await open(path, isBegun ? "r+" : "wx+");
    try {
      await fill(session, commit, file, handle);
      await handle.sync();
    } finally {
      await handle.close();
    }
  } catch (error) {
    const isEmpty = !statSync(path, { throwIfNoEntry: false })?.size;
    if (isEmpty || !tryRename(path, left)) rmSync(path, { force: true });
    throw error;
  }
  try {
    renameSync(path, blob);
  } catch (error) {
    // Windows replaces no file in use; the existing file has an equal digest.
    rmSync(path, { force: true });
    if (!cache.hasBlob(file)) throw error;
  }
  syncFolder(cache.blobs);
  rmSync(left, { force: true });
  removeAbandoned(blob);
}

/** Renames a file. False if it is missing, another process was faster, or holds it open on Windows. */
function tryRename(from: string, to: string): boolean {
  try {
    renameSync(from, to);
    return true;
  } catch {
    return false;
  }
}

/** Downloads the missing bytes; starts anew if an earlier process's part was wrong. */
async function fill(session: Session, commit: string, file: RepoFile, handle: FileHandle): Promise<void> {
  const part = new Part(handle, file);
  await part.readOn();
  for (let isResumed = part.position > 0; ; isResumed = false) {
    await receive(session, commit, file, part);
    const { actual, isRight } = part.digest();
    if (isRight) return;
    await part.clear();
    if (isResumed) continue;
    const { request } = session;
    throw hubError(
      request.id,
      `${quoted(file.name)} must have the ${file.digest} ${file.etag}, got ${actual}; what had arrived was removed`,
      "A proxy may have replaced it. Try again; if it happens again, tell the owner of the repository.",
    );
  }
}

async function receive(session: Session, commit: string, file: RepoFile, part: Part): Promise<void> {
  const { request, transport, progress, signal, retryDelay } = session;
  const { name, bytes } = file;
  const url = `${request.endpoint}/${request.repo}/resolve/${commit}/${name.split("/").map(encodeURIComponent).join("/")}`;
  const report = () => progress({ kind: "bytes", file: name, bytes: part.position, totalBytes: bytes });
  let before = part.position;
  const attempt = async (): Promise<void> => {
    report();
    if (part.position === bytes) return;
    before = part.position;
    const range: Record<string, string> = before > 0 ? { range: `bytes=${before}-` } : {};
    const reply = await transport.get(
      url,
      { ...request, file: name },
      before > 0 ? [200, 206, 416] : [200],
      range,
    );
    try {
      if (reply.status === 416) {
        await part.clear();
        throw new TransientError(`the hub cannot send ${name} from byte ${before} on (416)`);
      }
      if (reply.status === 206) {
        const sent = reply.header("content-range");
        if (sent !== `bytes ${before}-${bytes - 1}/${bytes}`) {
          throw hubError(
            request.id,
            `the hub must send bytes ${before}-${bytes - 1}/${bytes} of ${name}, got ${sent}`,
          );
        }
      } else if (before > 0) await part.clear(); // a server without ranges restarts
      for await (const chunk of reply.body) {
        await part.add(chunk);
        if (part.position > bytes) return;
        report();
      }
    } finally {
      reply.discard();
    }
    if (part.position < bytes) {
      throw new TransientError(`${name} ended after ${part.position} of ${bytes} bytes`);
    }
  };
  const options = { id: request.id, what: name, retries: RETRIES, delay: retryDelay, signal, progress };
  await withRetries(options, attempt, () => part.position - before >= LEAST_BYTES);
}

class Part {
  position = 0;
  readonly #handle: FileHandle;
  readonly #file: RepoFile;
  #hash: Hash;

  constructor(handle: FileHandle, file: RepoFile) {
    this.#handle = handle;
    this.#file = file;
    this.#hash = this.#newHash();
  }

  /** Hashes the bytes already present. Discards a file above the final size. */
  async readOn(): Promise<void> {
    if ((await this.#handle.stat()).size > this.#file.bytes) return this.clear();
    const chunk = Buffer.allocUnsafe(2 ** 20);
    for (;;) {
      const { bytesRead } = await this.#handle.read(chunk, 0, chunk.length, this.position);
      if (bytesRead === 0) return;
      this.#hash.update(chunk.subarray(0, bytesRead));
      this.position += bytesRead;
    }
  }

  /** Appends a chunk. Writes no more than the file's size, but counts all bytes. */
  async add(chunk: Uint8Array): Promise<void> {
    const room = Math.max(0, this.#file.bytes - this.position);
    const fitting = chunk.subarray(0, room);
    for (let done = 0; done < fitting.length; ) {
      const { bytesWritten } = await this.#handle.write(
        fitting,
        done,
        fitting.length - done,
        this.position + done,
      );
      done += bytesWritten;
    }
    this.#hash.update(chunk);
    this.position += chunk.length;
  }

  async clear(): Promise<void> {
    await this.#handle.truncate(0);
    this.#hash = this.#newHash();
    this.position = 0;
  }

  digest(): { readonly actual: string; readonly isRight: boolean } {
    const actual = this.#hash.digest("hex");
    return { actual, isRight: actual === this.#file.etag && this.position === this.#file.bytes };
  }

  #newHash(): Hash {
    const { digest, bytes } = this.#file;
    // Git's blob hash. Source: https://git-scm.com/book/en/v2/Git-Internals-Git-Objects ("blob", a space, the
    // size, a zero byte)
    return digest === "sha256" ? createHash("sha256") : createHash("sha1").update(`blob ${bytes}\0`);
  }
}
