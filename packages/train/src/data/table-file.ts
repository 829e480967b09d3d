import { readFileSync } from "node:fs";
import { extname } from "node:path";
import { InputError } from "@lorank/core";
import { parse } from "csv-parse/sync";
import { readParquetRows } from "./parquet-file.ts";
import { listRows, type Row } from "./row.ts";

/** The rows of a data file of any kind that is read here, `.parquet` included. Throws E_DATA as {@link readRows} does. */
export async function readDataRows(path: string): Promise<Row[]> {
  return extname(path).toLowerCase() === ".parquet" ? await readParquetRows(path) : readRows(path);
}

/** The rows of a `.csv`, `.tsv`, `.jsonl` or `.ndjson` file. Throws E_DATA for a file that is not what its name says. */
export function readRows(path: string): Row[] {
  const extension = extname(path).toLowerCase();
  if (extension === ".csv") return separated(path, ",");
  if (extension === ".tsv") return separated(path, "\t");
  if (extension === ".jsonl" || extension === ".ndjson") return jsonLines(path);
  if (extension === ".parquet")
    throw new InputError("E_DATA", `${path} must be read by readDataRows, which can wait for it`);
  throw new InputError("E_DATA", `data must be a .csv, .tsv, .jsonl, .ndjson or .parquet file, got ${path}`);
}

function separated(path: string, delimiter: string): Row[] {
  let lines: string[][];
  try {
    lines = parse(readText(path), { delimiter, skip_empty_lines: true });
  } catch (cause) {
    if (cause instanceof InputError) throw cause;
    throw new InputError("E_DATA", `${path} must be well-formed: ${(cause as Error).message}`, { cause });
  }
  const [header = [], ...body] = lines;
  const repeated = header.find((column, i) => header.indexOf(column) !== i);
  if (repeated !== undefined) {
    throw new InputError(
      "E_DATA",
      `the columns of ${path} must be distinct, got ${JSON.stringify(repeated)} twice`,
    );
  }
  return body.map((cells, i) => ({
    number: i + 1,
    values: new Map(header.map((column, j) => [column, cells[j]])),
  }));
}

function jsonLines(path: string): Row[] {
  const rows: Row[] = [];
  const wrong: number[] = [];
  for (const [i, line] of readText(path).split("\n").entries()) {
    if (line.trim() === "") continue;
    const value = parseObject(line);
    if (value === null) wrong.push(i + 1);
    else rows.push({ number: i + 1, values: new Map(Object.entries(value)) });
  }
  if (wrong.length === 0) return rows;
  throw new InputError(
    "E_DATA",
    `every line of ${path} must be a JSON object, got another in ${listRows(wrong)}`,
  );
}

function parseObject(line: string): object | null {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === "object" && value !== null && !Array.isArray(value) ? value : null;
  } catch {
    return null;
  }
}

function readText(path: string): string {
  let bytes: Uint8Array;
  try {
    bytes = readFileSync(path);
  } catch (cause) {
    throw new InputError("E_DATA", `${path} must be a readable file: ${(cause as Error).message}`, { cause });
  }
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes); // drops a byte order mark
  } catch (cause) {
    throw new InputError("E_DATA", `${path} must be in UTF-8: convert it first, then try again`, { cause });
  }
}
