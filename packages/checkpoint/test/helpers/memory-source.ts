import type { FileSource } from "../../src/index.ts";

/** A file of bytes in memory that counts what is asked of it, and gives parts of the one array. */
export function memorySource(
  bytes: Uint8Array,
  path = "memory",
): FileSource & { readonly asked: () => number } {
  let asked = 0;
  return {
    path,
    byteLength: bytes.length,
    read: (offset, length) => {
      asked += length;
      return bytes.subarray(offset, offset + length);
    },
    close: () => {},
    asked: () => asked,
  };
}
