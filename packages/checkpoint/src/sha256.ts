import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex, utf8ToBytes } from "@noble/hashes/utils.js";
import { type FileSource, readFileRange } from "./byte-source.ts";

const CHUNK_BYTES = 2 ** 20;

/** SHA-256 of bytes, or of a text in UTF-8, in lower-case hex. */
export function sha256OfBytes(bytes: Uint8Array | string): string {
  return bytesToHex(sha256(typeof bytes === "string" ? utf8ToBytes(bytes) : bytes));
}

/** SHA-256 of all that an open file holds, reading 1 MiB at a time. */
export function sha256OfSource(file: FileSource): string {
  const hash = sha256.create();
  for (let at = 0; at < file.byteLength; at += CHUNK_BYTES) {
    hash.update(readFileRange(file, at, Math.min(CHUNK_BYTES, file.byteLength - at), "E_FILE"));
  }
  return bytesToHex(hash.digest());
}
