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
  const hash = crypto?.createHash("sha256") ?? portableHash();
  for (const part of parts) hash.update(part);
  return hash.digest("hex");
}

/** SHA-256 for browsers, with the methods of Node's that are used here. */
function portableHash(): { update(part: Uint8Array | string): unknown; digest(encoding: "hex"): string } {
  const hash = sha256.create();
  return {
    update: (part) => hash.update(typeof part === "string" ? utf8ToBytes(part) : part),
    digest: () => bytesToHex(hash.digest()),
  };
}
