import { closeSync, fstatSync, readSync } from "node:fs";
import { openRegularFile } from "@lorank/checkpoint/files";

/** Both ends of a text file that may be long. */
export interface FileEnds {
  readonly head: string;
  readonly tail: string;
  readonly bytes: number;
  /** In milliseconds since 1970. */
  readonly modifiedAt: number;
}

/** Reads at most so many bytes at each end of a text file. Throws the file system's error. */
export function readFileEnds(file: string, headBytes: number, tailBytes: number): FileEnds {
  const descriptor = openRegularFile(file);
  try {
    const { size, mtimeMs } = fstatSync(descriptor);
    const part = (length: number, from: number): string => {
      const bytes = Buffer.alloc(length);
      return bytes.toString("utf8", 0, readSync(descriptor, bytes, 0, length, from));
    };
    const [first, last] = [Math.min(size, headBytes), Math.min(size, tailBytes)];
    return { head: part(first, 0), tail: part(last, size - last), bytes: size, modifiedAt: mtimeMs };
  } finally {
    closeSync(descriptor);
  }
}
