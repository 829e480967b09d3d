import { closeSync, openSync, readSync, rmSync, writeSync } from "node:fs";

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

// read(2) and write(2) take at most 2 GiB at a time, and Node refuses to ask for more.
const MOST_BYTES_AT_ONCE = 2 ** 30;

/** Makes a file at `path`, where there must be none. A full disk is the file system's own error. */
export function scratchFile(path: string): ScratchFile {
  const descriptor = openSync(path, "wx+");
  let end = 0;
  return {
    append: (bytes) => {
      const range = { offset: end, length: bytes.length };
      for (let done = 0; done < bytes.length; ) {
        const want = Math.min(bytes.length - done, MOST_BYTES_AT_ONCE);
        done += writeSync(descriptor, bytes, done, want, end + done);
      }
      end += bytes.length;
      return range;
    },
    read: ({ offset, length }) => {
      const bytes = new Uint8Array(length);
      for (let done = 0; done < length; ) {
        const got = readSync(
          descriptor,
          bytes,
          done,
          Math.min(length - done, MOST_BYTES_AT_ONCE),
          offset + done,
        );
        if (got === 0) throw new Error(`${path} was cut short`);
        done += got;
      }
      return bytes;
    },
    remove: () => {
      closeSync(descriptor);
      rmSync(path, { force: true });
    },
  };
}
