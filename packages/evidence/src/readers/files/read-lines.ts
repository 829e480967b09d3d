import { closeSync, createReadStream, openSync, readSync, statSync } from "node:fs";
import { InputError } from "@lorank/core";
import { pieceDecoder } from "@lorank/tables";

/** Bytes to be read as lines. */
export interface LineSource {
  /** For messages. */
  readonly name: string;
  readonly bytes: AsyncIterable<Uint8Array>;
  /** Undefined where it is not known before the end, as of a pipe. */
  readonly totalBytes?: number;
}

/** Far longer than any line of outcomes: what is longer has no line ends that are read here. */
const mostCharacters = 2 ** 24;

/** Opens a file, or standard input where `path` is `-`. Throws E_DATA for a file that is not there. */
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
 * Gives the lines that each piece of the text ends, without their ends. Drops a byte order mark. One piece is in memory at
 * a time.
 *
 * @throws InputError `E_DATA` for what cannot be read, as `pieceDecoder`, and for a line of 16 million characters.
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

/** Passes the same bytes on; what the system refuses is the user's to fix. */
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

/** The first bytes of a file as Latin-1; empty for what is no file or cannot be read. */
export function headOf(path: string, most: number): string {
  const bytes = Buffer.alloc(most);
  try {
    // A pipe could be read once only.
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
