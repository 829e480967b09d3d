import { createHash, type Hash } from "node:crypto";

/** SHA-256 of bytes and texts one after another. A text counts as UTF-8, a lone surrogate in it as U+FFFD. */
export function sha256Bytes(parts: Iterable<Uint8Array | string>): Uint8Array {
  return hashOf(parts).digest();
}

/** SHA-256 as of `sha256Bytes`, in lower-case hex. */
export function sha256OfParts(parts: Iterable<Uint8Array | string>): string {
  return hashOf(parts).digest("hex");
}

function hashOf(parts: Iterable<Uint8Array | string>): Hash {
  const hash = createHash("sha256");
  for (const part of parts) hash.update(part);
  return hash;
}
