import { createHash } from "node:crypto";
import { closeSync, fstatSync, fsyncSync, openSync, renameSync, rmSync } from "node:fs";
import { dirname } from "node:path";
import { setImmediate } from "node:timers/promises";
import { syncFolder, temporaryBeside } from "./atomic-file.ts";
import { closeFile, openRegularFile, readUpTo, writeAll } from "./descriptor.ts";
import { reading, writing } from "./system-error.ts";

const CHUNK_BYTES = 2 ** 20;
/** Chunks copied before yielding to the event loop, which delivers signals: hundredths of a second. */
const CHUNKS_BETWEEN_TURNS = 32;

/**
 * Copies a file with any size, whole or not at all, without blocking the process.
 *
 * @param signal ends the copying: `path` is then untouched, and the signal's reason is thrown.
 * @throws InputError E_FILE for a source that is a FIFO, socket, device or folder; else the file system's error: ELOOP
 * for a symbolic link.
 */
export async function copyFileAtomic(source: string, path: string, signal?: AbortSignal): Promise<void> {
  const from = openRegularFile(source, { follow: false });
  const temporary = temporaryBeside(path);
  try {
    const size = sizeOf(from, source);
    const to = writing(path, () => openSync(temporary, "wx"), size);
    try {
      for await (const chunk of chunksOf(from, source, signal))
        writing(path, () => writeAll(to, chunk), size);
      writing(path, () => fsyncSync(to), size);
    } finally {
      writing(path, () => closeSync(to));
    }
    writing(path, () => renameSync(temporary, path));
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  } finally {
    closeFile(from, source);
  }
  writing(path, () => syncFolder(dirname(path)));
}

/**
 * Compares two regular files with any size. False if either cannot be opened, or is a symbolic link.
 *
 * @param signal ends the comparison: the signal's reason is thrown.
 */
export async function haveSameBytes(a: string, b: string, signal?: AbortSignal): Promise<boolean> {
  const first = openedFile(a);
  const second = first === undefined ? undefined : openedFile(b);
  try {
    if (first === undefined || second === undefined) return false;
    if (sizeOf(first, a) !== sizeOf(second, b)) return false;
    let offset = 0;
    for await (const chunk of chunksOf(first, a, signal)) {
      const other = readUpTo(second, offset, chunk.length, b);
      if (!Buffer.from(chunk.buffer, chunk.byteOffset, chunk.length).equals(other)) return false;
      offset += chunk.length;
    }
    return true;
  } finally {
    if (first !== undefined) closeFile(first, a);
    if (second !== undefined) closeFile(second, b);
  }
}

function openedFile(path: string): number | undefined {
  try {
    return openRegularFile(path, { follow: false });
  } catch {
    return undefined;
  }
}

function sizeOf(descriptor: number, path: string): number {
  return reading(path, () => fstatSync(descriptor)).size;
}

/**
 * SHA-256 of a file in lower-case hex, without blocking the process. Symbolic links are not followed.
 *
 * @param signal ends the reading: the signal's reason is thrown.
 */
export async function digestOfFile(path: string, signal?: AbortSignal): Promise<string> {
  const descriptor = openRegularFile(path, { follow: false });
  try {
    const hash = createHash("sha256");
    for await (const chunk of chunksOf(descriptor, path, signal)) hash.update(chunk);
    return hash.digest("hex");
  } finally {
    closeFile(descriptor, path);
  }
}

async function* chunksOf(
  descriptor: number,
  path: string,
  signal: AbortSignal | undefined,
): AsyncGenerator<Uint8Array> {
  for (let i = 0; ; i++) {
    if (i % CHUNKS_BETWEEN_TURNS === CHUNKS_BETWEEN_TURNS - 1) {
      await setImmediate();
      signal?.throwIfAborted();
    }
    const chunk = readUpTo(descriptor, i * CHUNK_BYTES, CHUNK_BYTES, path);
    if (chunk.length > 0) yield chunk;
    if (chunk.length < CHUNK_BYTES) return;
  }
}
