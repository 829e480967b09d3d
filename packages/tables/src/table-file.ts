import { InputError } from "@lorank/core";
import type { FileKind, ReadOptions, TextKind } from "./read-options.ts";
import { type ReadData, type Row, standardInput } from "./rows.ts";
import { MOST_TEXT_BYTES, moreRows } from "./text-problems.ts";

const kinds: Readonly<Record<string, FileKind>> = {
  ".csv": "separated",
  ".txt": "separated",
  ".tsv": "tabs",
  ".jsonl": "lines",
  ".ndjson": "lines",
  ".json": "json",
  ".parquet": "parquet",
};

/**
 * Rows in a data file, `.parquet` included; `-` is standard input.
 *
 * @throws InputError E_DATA for a file that is not what its name says.
 */
export async function tableRows(path: string, read: ReadData, options: ReadOptions = {}): Promise<Row[]> {
  if (path === "-") return rowsOfInput(await read(path, Number.POSITIVE_INFINITY), options);
  const kind = kindOf(path);
  if (kind !== "parquet") return rowsOfText(path, kind, await read(path, MOST_TEXT_BYTES, moreRows), options);
  assertNoText(path, options);
  const { MOST_PARQUET_BYTES, parquetRows } = await import("./parquet/file.ts");
  return parquetRows(path, await read(path, MOST_PARQUET_BYTES));
}

/** Standard input has no file ending to name the format. */
async function rowsOfInput(bytes: Uint8Array, options: ReadOptions): Promise<Row[]> {
  if (!isParquet(bytes)) return rowsOfText(standardInput, undefined, bytes, options);
  assertNoText(standardInput, options);
  const { parquetRows } = await import("./parquet/file.ts");
  return parquetRows(standardInput, bytes);
}

/** Loads the parser of separated text only for a table: outcomes by example do without. */
async function rowsOfText(
  name: string,
  kind: TextKind | undefined,
  bytes: Uint8Array,
  options: ReadOptions,
): Promise<Row[]> {
  return (await import("./text-rows.ts")).rowsOfText(name, kind, bytes, options);
}

function isParquet(bytes: Uint8Array): boolean {
  return String.fromCharCode(...bytes.subarray(0, 4)) === "PAR1";
}

/** File ending in lower case, as `.csv`; empty where the only dot is a name's first character. */
function endingOf(path: string): string {
  return /[^/\\](\.[^./\\]*)$/.exec(path)?.[1]?.toLowerCase() ?? "";
}

export function kindOf(path: string): FileKind {
  const kind = kinds[endingOf(path)];
  if (kind !== undefined || path === "-") return kind ?? "separated";
  const isSpreadsheet = /\.(xlsx?|xlsm|ods|numbers)$/.test(endingOf(path));
  const advice = isSpreadsheet ? "\nSave its sheet as CSV in the program that wrote it." : "";
  throw new InputError("E_DATA", `data must be a ${listOfKinds} file, got ${path}${advice}`);
}

const listOfKinds = Object.keys(kinds)
  .join(", ")
  .replace(/, ([^,]*)$/, " or $1");

function assertNoText(
  name: string,
  { encoding, delimiter, quote, optionName = (option) => option }: ReadOptions,
): void {
  const textSettings = Object.entries({ encoding, delimiter, quote }).filter(
    ([, value]) => value !== undefined,
  );
  if (textSettings.length === 0) return;
  const options = textSettings.map(([option]) => optionName(option)).join(", ");
  throw new InputError("E_DATA", `${options} must be absent with Parquet, which is no text, got ${name}`);
}
