import { createReadStream, statSync } from "node:fs";
import { InputError } from "@lorank/core";
import { pieceDecoder } from "@lorank/train/data";

/** Where lines come from. */
export interface LineSource {
  /** For messages. */
  readonly name: string;
  readonly bytes: AsyncIterable<Uint8Array>;
  /** Undefined where it is not known before the end, as of a pipe. */
  readonly totalBytes?: number;
}

/** Takes the lines of a text one after the other, each without its end and with its number from 1. */
export interface LineReader {
  readonly line: (text: string, number: number) => void;
  /** After the last line. */
  readonly end: () => void;
}

/** Far longer than any line of outcomes: what is longer has no line ends that are read here. */
const mostCharacters = 2 ** 24;

/** A file, or standard input where `path` is `-`. Throws E_DATA for a file that is not there. */
export function openLines(path: string, stdin: AsyncIterable<Uint8Array>): LineSource {
  if (path === "-") return { name: "standard input", bytes: stdin };
  try {
    const { size } = statSync(path);
    const bytes = createReadStream(path);
    return size > 0 ? { name: path, bytes, totalBytes: size } : { name: path, bytes };
  } catch (cause) {
    throw unreadable(path, cause);
  }
}

/**
 * Gives `reader` each line, and tells after each piece of the text how many lines and bytes were read. Drops a byte order
 * mark. Holds one piece at a time.
 *
 * @throws InputError `E_DATA` for what cannot be read, as `pieceDecoder`, and for a line of 16 million characters.
 */
export async function readLines(
  { name, bytes }: LineSource,
  reader: LineReader,
  onPiece: (lines: number, bytes: number) => void,
): Promise<void> {
  const decode = pieceDecoder(name);
  let [rest, number, bytesRead] = ["", 0, 0];
  const give = (line: string): void => reader.line(line.endsWith("\r") ? line.slice(0, -1) : line, ++number);
  const take = (text: string): void => {
    let start = 0;
    for (let end = text.indexOf("\n"); end !== -1; end = text.indexOf("\n", start)) {
      give(text.slice(start, end));
      start = end + 1;
    }
    rest = text.slice(start);
  };
  for await (const chunk of readable(name, bytes)) {
    take(rest + decode(chunk));
    if (rest.length > mostCharacters) {
      const rule = `must be at most ${mostCharacters} characters long`;
      throw new InputError("E_DATA", `${name}, line ${number + 1}: ${rule}, got more`);
    }
    bytesRead += chunk.length;
    onPiece(number, bytesRead);
  }
  take(rest + decode());
  if (rest !== "") give(rest);
  reader.end();
}

/** The same bytes; what the system refuses is the user's to fix. */
async function* readable(name: string, bytes: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  try {
    yield* bytes;
  } catch (cause) {
    throw unreadable(name, cause);
  }
}

function unreadable(name: string, cause: unknown): InputError {
  return new InputError("E_DATA", `${name} must be a readable file: ${(cause as Error).message}`, { cause });
}
