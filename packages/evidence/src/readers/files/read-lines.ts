import { closeSync, createReadStream, openSync, readSync, statSync } from "node:fs";
import { InputError } from "@lorank/core";
import { pieceDecoder } from "@lorank/tables";

export interface LineSource {
  readonly name: string;
  readonly bytes: AsyncIterable<Uint8Array>;
  /** Input size; undefined if unknown before the end, as for a pipe. */
  readonly totalBytes?: number;
}

/** Longest line read, in characters: far above any outcome line. */
const mostCharacters = 2 ** 24;

/** Opens a file, or standard input for `-`. @throws InputError `E_DATA` for a missing file. */
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
 * Yields lines without line ends, a piece at a time, and drops a byte order mark.
 *
 * @throws InputError `E_DATA` for unreadable text, as `pieceDecoder`, and for a line with 16 million characters.
 */
export async function* readLines({
  name,
  bytes,
}: LineSource): AsyncGenerator<{ lines: string[]; bytes: number }> {
  const decode = pieceDecoder(name);
  let [rest, linesRead, bytesRead] = ["", 0, 0];
  const linesIn = (text: string): string[] => {
    const lines = text.split("\n");
    rest = lines.pop()!;
    linesRead += lines.length;
    return lines.map(withoutReturn);
  };
  for await (const piece of readable(name, bytes)) {
    const lines = linesIn(rest + decode(piece));
    if (rest.length > mostCharacters) {
      const rule = `must be at most ${mostCharacters} characters long`;
      throw new InputError("E_DATA", `${name}, line ${linesRead + 1}: ${rule}, got more`);
    }
    bytesRead += piece.length;
    yield { lines, bytes: bytesRead };
  }
  const lines = linesIn(rest + decode());
  yield { lines: rest === "" ? lines : [...lines, withoutReturn(rest)], bytes: bytesRead };
}

function withoutReturn(line: string): string {
  return line.endsWith("\r") ? line.slice(0, -1) : line;
}

/** Passes bytes on, with the system's errors as InputError. */
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

/** First `most` bytes of a file as Latin-1; empty if unreadable or no file. */
export function headOf(path: string, most: number): string {
  const bytes = Buffer.alloc(most);
  try {
    // Pipes are not read here: they can be read only once.
    if (!statSync(path).isFile()) return "";
    const file = openSync(path, "r");
    try {
      return bytes.toString("latin1", 0, readSync(file, bytes));
    } finally {
      closeSync(file);
    }
  } catch {
    return "";
  }
}
