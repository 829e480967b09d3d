import { InputError } from "@lorank/core";
import { type OpenFile, writeAll } from "./open-file.ts";

const PIECE = 16 * 2 ** 20;

/**
 * Copies a file, and compares it with the copy.
 *
 * @returns the file's digest, see {@link digestOf}.
 * @throws `E_STORAGE` for a copy with another length or digest.
 */
export async function copyChecked(
  name: string,
  file: Blob,
  out: OpenFile,
  onBytes: (bytes: number) => void,
): Promise<string> {
  const copied = await digestOf(file.size, async (at, end) => {
    const piece = new Uint8Array(await file.slice(at, end).arrayBuffer());
    writeAll(out, piece, at);
    onBytes(at + piece.length);
    return piece;
  });
  out.flush();
  const written = await digestOf(out.getSize(), async (at, end) => {
    const piece = new Uint8Array(end - at);
    return piece.subarray(0, out.read(piece, { at }));
  });
  if (out.getSize() !== file.size || written !== copied) throw notAsCopied(name);
  return copied;
}

/** File digest: SHA-256 over the pieces' digests, in hexadecimal, since browsers cannot hash a stream. */
export async function digestOf(
  size: number,
  read: (at: number, end: number) => Promise<Uint8Array<ArrayBuffer>>,
): Promise<string> {
  const digests: Uint8Array<ArrayBuffer>[] = [];
  for (let at = 0; at < size; at += PIECE) {
    const piece = await read(at, Math.min(at + PIECE, size));
    digests.push(new Uint8Array(await crypto.subtle.digest("SHA-256", piece)));
  }
  const whole = await crypto.subtle.digest("SHA-256", await new Blob(digests).arrayBuffer());
  return [...new Uint8Array(whole)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

export function notAsCopied(name: string): InputError {
  return new InputError(
    "E_STORAGE",
    `the copy of ${name} in this browser must be equal to the file, got other bytes\nChoose the file again.`,
  );
}
