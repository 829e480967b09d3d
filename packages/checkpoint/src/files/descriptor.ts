import { createHash } from "node:crypto";
import { closeSync, constants, fstatSync, openSync, readFileSync, readSync, writeSync } from "node:fs";
import { InputError, isInputError } from "@lorank/core";
import type { FileSource } from "../byte-source.ts";
import { decodeUtf8, type JsonObject, parseJsonObject } from "../json.ts";
import { reading, unreadable } from "./system-error.ts";

/** Opens a file for reading; the caller closes it. Throws E_FILE for an unreadable path and for no regular file. */
export function openFile(path: string): FileSource {
  const descriptor = userFile(path, () => openRegularFile(path));
  let open: number | undefined = descriptor;
  const stillOpen = (): number => {
    if (open === undefined) throw new Error(`${path} is closed`); // the number may be another file's by now
    return open;
  };
  return {
    path,
    byteLength: reading(path, () => fstatSync(descriptor)).size,
    read: (offset, length) => readUpTo(stillOpen(), offset, length, path),
    readInto: (offset, into) => fill(into, stillOpen(), offset, path),
    close: () => {
      const last = open;
      open = undefined;
      if (last !== undefined) closeFile(last, path);
    },
  };
}

function userFile<T>(path: string, action: () => T): T {
  try {
    return action();
  } catch (error) {
    throw isInputError(error) ? error : unreadable(path, error);
  }
}

/**
 * Opens without waiting: plain open(2) on a FIFO without a writer would not return.
 *
 * @param follow a symbolic link at `path`. (default true)
 * @throws the file system's error: ELOOP for a link that is not followed.
 */
function openForReading(path: string, follow = true): number {
  const { O_RDONLY, O_NONBLOCK = 0, O_NOFOLLOW = 0 } = constants; // the latter two are missing on Windows
  return openSync(path, O_RDONLY | O_NONBLOCK | (follow ? 0 : O_NOFOLLOW));
}

/**
 * Opens a regular file for reading.
 *
 * @throws InputError E_FILE for a FIFO, socket, device or folder; else the file system's error.
 */
export function openRegularFile(path: string, options: { readonly follow?: boolean } = {}): number {
  const descriptor = openForReading(path, options.follow);
  if (reading(path, () => fstatSync(descriptor)).isFile()) return descriptor;
  closeSync(descriptor);
  throw noFile(path);
}

/**
 * Reads a UTF-8 text file, without waiting for a FIFO's writer.
 *
 * @throws InputError E_FILE for a FIFO, socket or device, and above 512 MiB. Else an error that names `path`, with the
 * file system's `code`: EISDIR for a folder.
 */
export function readTextFile(path: string): string {
  return new TextDecoder("utf-8", { ignoreBOM: true }).decode(readWholeFile(path, MOST_BYTES_OF_TEXT));
}

/** Reads a whole file, at most 2 GiB; throws as {@link readTextFile}. */
export function readWholeFile(path: string, most: number = MOST_BYTES_WHOLE): Uint8Array<ArrayBuffer> {
  return reading(path, () => {
    const descriptor = openForReading(path);
    try {
      const stat = fstatSync(descriptor);
      if (!stat.isFile() && !stat.isDirectory()) throw noFile(path);
      if (stat.size > most)
        throw new InputError("E_FILE", `${path} must have at most ${most} bytes, got ${stat.size}`);
      return readFileSync(descriptor);
    } finally {
      closeSync(descriptor);
    }
  });
}

export function closeFile(descriptor: number, path: string): void {
  reading(path, () => closeSync(descriptor));
}

function noFile(path: string): InputError {
  return new InputError("E_FILE", `${path} must be a file, got a folder or device`);
}

/** Node's limit for one buffer: 2 GiB - 1. */
const MOST_BYTES_WHOLE = 2 ** 31 - 1;
/** Byte limit for text files: V8's longest string, in characters. */
const MOST_BYTES_OF_TEXT = 2 ** 29 - 24;

// Node refuses larger reads and writes, and read(2) and write(2) end at 2 GiB.
const MOST_BYTES_AT_ONCE = 2 ** 30;

/** Reads into a fresh array, which is shorter where the file ends before. */
export function readUpTo(descriptor: number, offset: number, length: number, path: string): Uint8Array {
  const bytes = new Uint8Array(length);
  return bytes.subarray(0, fill(bytes, descriptor, offset, path));
}

function fill(bytes: Uint8Array, descriptor: number, offset: number, path: string): number {
  let done = 0;
  while (done < bytes.length) {
    const most = Math.min(bytes.length - done, MOST_BYTES_AT_ONCE);
    const got = reading(path, () => readSync(descriptor, bytes, done, most, offset + done));
    if (got === 0) break;
    done += got;
  }
  return done;
}

/**
 * Writes at `offset`, or after the last write. A full disk may take fewer bytes without an error; only the next write
 * says ENOSPC.
 */
export function writeAll(descriptor: number, bytes: Uint8Array, offset?: number): void {
  for (let done = 0; done < bytes.length; ) {
    const length = Math.min(bytes.length - done, MOST_BYTES_AT_ONCE);
    done += writeSync(descriptor, bytes, done, length, offset === undefined ? null : offset + done);
  }
}

/**
 * Reads a JSON file, and returns the bytes too, for a digest of what was parsed. Throws E_FILE when unreadable, E_JSON
 * when no JSON object.
 */
export function readJsonObject(path: string): { value: JsonObject; bytes: Uint8Array } {
  const bytes = userFile(path, () => readWholeFile(path));
  return { value: parseJsonObject(decodeUtf8(bytes, path), path), bytes };
}

/**
 * SHA-256 of a file in lower-case hex, reading 1 MiB at a time.
 *
 * @throws InputError E_FILE for a FIFO, socket, device or folder; else the file system's error.
 */
export function sha256OfFile(path: string): string {
  const hash = createHash("sha256");
  const chunk = Buffer.allocUnsafe(2 ** 20);
  const descriptor = openRegularFile(path);
  try {
    for (;;) {
      const got = reading(path, () => readSync(descriptor, chunk, 0, chunk.length, null));
      if (got === 0) return hash.digest("hex");
      hash.update(chunk.subarray(0, got));
    }
  } finally {
    closeFile(descriptor, path);
  }
}
