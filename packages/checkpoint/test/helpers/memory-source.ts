import type { ByteSource } from "../../src/index.ts";

/** A source of bytes in memory that counts what is asked of it, and gives parts of the one array. */
export function memorySource(bytes: Uint8Array): ByteSource & { readonly asked: () => number } {
  let asked = 0;
  return {
    byteLength: bytes.length,
    read: async (offset, length) => {
      asked += length;
      return bytes.subarray(offset, offset + length);
    },
    asked: () => asked,
  };
}
