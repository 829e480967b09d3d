import { sha256Of } from "#sha256";

/** SHA-256 of bytes or UTF-8 text, in lower-case hex. */
export function sha256Hex(content: Uint8Array | string): string {
  return sha256Of([content]);
}

/** SHA-256 of parts one after another, in lower-case hex. A text counts as UTF-8, a lone surrogate in it as U+FFFD. */
export function sha256OfParts(parts: Iterable<Uint8Array | string>): string {
  return sha256Of(parts);
}

/** The 32 bytes of a text's SHA-256. */
export function sha256Bytes(text: string): Uint8Array {
  return Uint8Array.from(sha256Hex(text).match(/../g)!, (byte) => Number.parseInt(byte, 16));
}
