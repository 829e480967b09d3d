import type { SyncFile } from "../../src/worker/checkpoint-store.ts";

/** A file as the browser's, in memory. `fullAt`: bytes that its disk has room for. */
export function memoryFile(fullAt = Number.POSITIVE_INFINITY) {
  let bytes = new Uint8Array();
  const file: SyncFile = {
    read: (into, { at }) => {
      const part = bytes.subarray(at, at + into.length);
      into.set(part);
      return part.length;
    },
    write: (part, { at }) => {
      const fits = Math.max(0, Math.min(part.length, fullAt - at));
      const larger = new Uint8Array(Math.max(bytes.length, at + fits));
      larger.set(bytes);
      larger.set(part.subarray(0, fits), at);
      bytes = larger;
      return fits;
    },
    truncate: (size) => {
      bytes = bytes.slice(0, size);
    },
    getSize: () => bytes.length,
    flush: () => {},
  };
  return file;
}
