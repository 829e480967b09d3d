import { closeSync, readSync, statSync } from "node:fs";
import { StringDecoder } from "node:string_decoder";
import { openRegularFile } from "@lorank/checkpoint/files";
import { plainText } from "../text.ts";

const chunkBytes = 65_536;
/** A line of a log is rarely longer; a tail looks at so many bytes for each line that is asked for. */
const bytesPerLine = 1_024;

/** Reads what a trial's process prints into a file, from where the last reading ended. */
export class TrialOutput {
  readonly #file: string;
  readonly #decoder = new StringDecoder("utf8");
  #read = 0;

  constructor(file: string) {
    this.#file = file;
  }

  /** Goes to the last lines, so many at most; the file may be long. Returns them. */
  last(lines: number): string {
    const size = sizeOf(this.#file);
    this.#read = Math.max(0, size - Math.max(chunkBytes, lines * bytesPerLine));
    const text = [...this.more()].join("");
    return text
      .split("\n")
      .slice(-lines - (text.endsWith("\n") ? 1 : 0))
      .join("\n");
  }

  /** What is new, in pieces, as it may be printed; nothing where there is no file. */
  *more(): Generator<string> {
    let descriptor: number;
    try {
      descriptor = openRegularFile(this.#file);
    } catch {
      return;
    }
    try {
      const bytes = Buffer.alloc(chunkBytes);
      for (;;) {
        const count = readSync(descriptor, bytes, 0, bytes.length, this.#read);
        if (count === 0) return;
        this.#read += count;
        yield printable(this.#decoder.write(bytes.subarray(0, count)));
      }
    } finally {
      closeSync(descriptor);
    }
  }
}

/** Without control characters. A progress bar that is drawn over itself becomes lines. */
function printable(text: string): string {
  return plainText(text.replace(/\r\n?/g, "\n"));
}

function sizeOf(file: string): number {
  return statSync(file, { throwIfNoEntry: false })?.size ?? 0;
}
