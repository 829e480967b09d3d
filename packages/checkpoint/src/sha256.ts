import { sha256OfParts } from "#sha256";

export { sha256Bytes, sha256OfParts } from "#sha256";

/** SHA-256 of bytes or UTF-8 text, in lower-case hex. */
export function sha256Hex(content: Uint8Array | string): string {
  return sha256OfParts([content]);
}
