import { readFileSync, statSync } from "node:fs";
import { InputError } from "@lorank/core";
import type { ReadOptions } from "./read-options.ts";
import { assertAtMost, type Row, standardInput } from "./rows.ts";
import { tableRows } from "./table-file.ts";

/**
 * Rows in a data file, `.parquet` included; `-` is standard input.
 *
 * @throws InputError E_DATA for a file that is not what its name says.
 */
export async function readDataRows(path: string, options: ReadOptions = {}): Promise<Row[]> {
  return tableRows(path, readData, options);
}

/**
 * File bytes.
 *
 * @param most bytes to read.
 * @param advice the way round for a larger file.
 * @throws InputError `E_DATA` for a file that is unreadable or larger, and for a pipe, which might never end.
 */
export function readBytes(path: string, most: number, advice?: string): Uint8Array {
  try {
    const stats = statSync(path);
    if (!stats.isFile() && !stats.isDirectory())
      throw new InputError(
        "E_DATA",
        `${path} must be a file, got a pipe or device\nWhere data is -, it is read from ${standardInput}.`,
      );
    assertAtMost(path, stats.size, most, advice);
    return readFileSync(path);
  } catch (cause) {
    if (cause instanceof InputError) throw cause;
    throw new InputError("E_DATA", `${path} must be a readable file: ${(cause as Error).message}`, { cause });
  }
}

/** Reads standard input. Throws InputError `E_DATA` for a terminal, which nobody would end. */
export async function readStandardInput(
  stdin: AsyncIterable<Uint8Array> & { readonly isTTY?: boolean } = process.stdin,
): Promise<Uint8Array> {
  if (stdin.isTTY === true)
    throw new InputError(
      "E_DATA",
      `${standardInput} must be a file or a pipe where data is -, got a terminal`,
    );
  const pieces: Uint8Array[] = [];
  for await (const piece of stdin) pieces.push(piece);
  return Buffer.concat(pieces);
}

/** Reads a file, or standard input for `-`. */
export function readData(path: string, most: number, advice?: string): Uint8Array | Promise<Uint8Array> {
  return path === "-" ? readStandardInput() : readBytes(path, most, advice);
}
