import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex, utf8ToBytes } from "@noble/hashes/utils.js";

/** Node's hashes, ten times as fast on megabytes; absent in browsers. */
const crypto = globalThis.process?.getBuiltinModule?.("crypto");

/** SHA-256 of bytes or UTF-8 text, in lower-case hex. */
export function sha256Hex(bytes: Uint8Array | string): string {
  return sha256OfParts([bytes]);
}

/** SHA-256 of bytes and texts one after another, which together may exceed a string's length. */
export function sha256OfParts(parts: Iterable<Uint8Array | string>): string {
  const hash = crypto?.createHash("sha256") ?? sha256.create();
  for (const part of parts) hash.update(typeof part === "string" ? utf8ToBytes(part) : part);
  return bytesToHex(hash.digest());
}
