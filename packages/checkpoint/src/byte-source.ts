import { InputError } from "@lorank/core";

/** Bytes that are read by range, such as those of a Blob, of a file, or of a server that answers range requests. */
export interface ByteSource {
  readonly byteLength: number;
  /** The `length` bytes from `offset`: an array of its own, or a part of a larger one, which is copied. */
  read(offset: number, length: number): Promise<Uint8Array>;
}

/**
 * Reads a range into an array that nobody else has and that starts at a multiple of 8.
 *
 * @throws InputError `code` when the source gives another number of bytes.
 */
export async function readRange(
  source: ByteSource,
  offset: number,
  length: number,
  code: string,
  file: string,
): Promise<Uint8Array> {
  const bytes = await source.read(offset, length);
  if (bytes.length !== length) throw cutShort(code, file, offset + bytes.length);
  return bytes.byteLength === bytes.buffer.byteLength ? bytes : new Uint8Array(bytes); // a Buffer's slice() would share
}

/** The error for a file that ends before its size said, `at` bytes from its start. */
export function cutShort(code: string, file: string, at: number): InputError {
  return new InputError(code, `${file}: was cut short while it was read, at byte ${at}`);
}
