import { closeSync, openSync, rmSync } from "node:fs";
import { readExactly, writeAll } from "./descriptor.ts";
import { writing } from "./system-error.ts";

/** Bytes that wait on disk, not in memory, until they are asked for. */
export interface ScratchFile {
  /** @returns what to give to {@link ScratchFile.read}. */
  append(bytes: Uint8Array): ScratchRange;
  read(range: ScratchRange): Uint8Array;
  /** Removes the file. */
  remove(): void;
}

export interface ScratchRange {
  readonly offset: number;
  readonly length: number;
}

/** Makes a file at `path`, where there must be none. A full disk is an error that names it. */
export function scratchFile(path: string): ScratchFile {
  const descriptor = openSync(path, "wx+");
  let end = 0;
  return {
    append: (bytes) => {
      const range = { offset: end, length: bytes.length };
      writing(path, () => writeAll(descriptor, bytes, end), bytes.length);
      end += bytes.length;
      return range;
    },
    read: ({ offset, length }) => readExactly(descriptor, offset, length, "E_FILE", path),
    remove: () => {
      closeSync(descriptor);
      rmSync(path, { force: true });
    },
  };
}
