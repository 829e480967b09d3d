import { InputError } from "@lorank/core";
import { sha256OfParts } from "./sha256.ts";

/** Bytes read by range, from a file, memory, or in a worker from an access handle or `FileReaderSync`. */
export interface ByteSource {
  readonly byteLength: number;
  /** Reads a range: a fresh array, or part of a larger array; fewer than `length` bytes if the file was cut short. */
  read(offset: number, length: number): Uint8Array;
  /** Fills `into`; returns the byte count read. (default: `read`, and a copy) */
  readInto?(offset: number, into: Uint8Array): number;
}

/** File open for reading. */
export interface FileSource extends ByteSource {
  readonly path: string;
  /** Closes the file. Closing twice is harmless; reading afterwards is an error. */
  close(): void;
}

/** Byte source over an array in memory; reads share its memory. */
export function bytesSource(bytes: Uint8Array): ByteSource {
  return {
    byteLength: bytes.length,
    read: (offset, length) => bytes.subarray(offset, offset + length),
  };
}

export function joinedBytes(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

/** Reads a range into a fresh array, aligned to 8 bytes. Throws `code` when the file ends before. */
export function readFileRange(file: FileSource, offset: number, length: number, code: string): Uint8Array {
  const bytes = file.read(offset, length);
  if (bytes.length !== length) throw cutShort(code, file.path, offset + bytes.length);
  return bytes.byteLength === bytes.buffer.byteLength ? bytes : new Uint8Array(bytes); // a Buffer's slice() would share
}

/** Fills an array from a file. Throws `code` when the file ends before. */
export function readFileInto(file: FileSource, offset: number, into: Uint8Array, code: string): void {
  const got = file.readInto?.(offset, into);
  if (got === undefined) into.set(readFileRange(file, offset, into.length, code));
  else if (got < into.length) throw cutShort(code, file.path, offset + got);
}

export function cutShort(code: string, file: string, at: number): InputError {
  return new InputError(code, `${file}: was cut short while it was read, at byte ${at}`);
}

const CHUNK_BYTES = 2 ** 20;

/** SHA-256 of a file in lower-case hex, reading 1 MiB at a time. */
export function sha256OfSource(file: FileSource): string {
  return sha256OfParts(piecesOf(file));
}

function* piecesOf(file: FileSource): Generator<Uint8Array> {
  for (let at = 0; at < file.byteLength; at += CHUNK_BYTES)
    yield readFileRange(file, at, Math.min(CHUNK_BYTES, file.byteLength - at), "E_FILE");
}
