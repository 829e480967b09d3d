import { InputError } from "@lorank/core";
import { assertAtMost, type ReadData, standardInput } from "./data-bytes.ts";
import { jsonLines, jsonRows } from "./json-rows.ts";
import { isParquet, MOST_PARQUET_BYTES, parquetRows } from "./parquet-file.ts";
import type { Row } from "./row.ts";
import { type Delimiter, separatedRows } from "./separated-text.ts";
import { decodeText, type TextEncoding } from "./text-encoding.ts";

/** How a data file is read, where it is not as it is found to be. */
export interface ReadOptions {
  /** (default: found from the bytes: UTF-8, UTF-16 or else Windows-1252) */
  readonly encoding?: TextEncoding | undefined;
  /** What stands between cells; `tab` is a tabulator. (default: found from the header) */
  readonly delimiter?: Delimiter | undefined;
  /** Columns that will be asked for: they help to find the delimiter. */
  readonly columns?: readonly string[] | undefined;
  /** Told what was found and is not usual. */
  readonly onNote?: ((note: string) => void) | undefined;
  /** What errors and notes call an option. (default: its name here) */
  readonly optionName?: ((option: string) => string) | undefined;
}

/** A text is held as one string, of which this is the longest in V8; other engines have more. */
const MOST_TEXT_BYTES = 2 ** 29 - 24;

const moreRows = "Leave rows out, or convert it to Parquet, which may be larger.";

type Kind = "separated" | "tabs" | "lines" | "json" | "parquet";

const kinds: Readonly<Record<string, Kind>> = {
  ".csv": "separated",
  ".txt": "separated",
  ".tsv": "tabs",
  ".jsonl": "lines",
  ".ndjson": "lines",
  ".json": "json",
  ".parquet": "parquet",
};

/**
 * The rows of a data file of any kind that is read here, `.parquet` included; `-` is standard input.
 *
 * @throws InputError E_DATA for a file that is not what its name says.
 */
export async function tableRows(path: string, read: ReadData, options: ReadOptions = {}): Promise<Row[]> {
  if (path === "-") return rowsOfInput(await read(path, Number.POSITIVE_INFINITY), options);
  const kind = kindOf(path);
  if (kind !== "parquet") return rowsOfText(path, kind, await read(path, MOST_TEXT_BYTES, moreRows), options);
  assertNoText(path, options);
  return parquetRows(path, await read(path, MOST_PARQUET_BYTES));
}

/** The same of a text, which is read at once. */
export function textTableRows(
  path: string,
  read: (...asked: Parameters<ReadData>) => Uint8Array,
  options: ReadOptions = {},
): Row[] {
  const kind = kindOf(path);
  if (kind === "parquet" || path === "-")
    throw new InputError("E_DATA", `${path} must be read by readDataRows, which can wait for it`);
  return rowsOfText(path, kind, read(path, MOST_TEXT_BYTES, moreRows), options);
}

/** Standard input has no name that says what it holds. */
async function rowsOfInput(bytes: Uint8Array, options: ReadOptions): Promise<Row[]> {
  if (!isParquet(bytes)) return rowsOfText(standardInput, undefined, bytes, options);
  assertNoText(standardInput, options);
  return parquetRows(standardInput, bytes);
}

function rowsOfText(
  name: string,
  known: Exclude<Kind, "parquet"> | undefined,
  bytes: Uint8Array,
  { encoding, delimiter, columns = [], onNote = () => {}, optionName = (option) => option }: ReadOptions,
): Row[] {
  assertAtMost(name, bytes.byteLength, MOST_TEXT_BYTES, moreRows);
  const { text, found } = decodeText(bytes, name, encoding, optionName("encoding"));
  if (found !== undefined)
    onNote(
      `Read ${name} as ${found}, which was found from its bytes (${optionName("encoding")} says otherwise).`,
    );
  const kind = known ?? (/^\s*[[{]/.test(text) ? "json" : "separated");
  if (kind === "lines" || kind === "json") {
    if (delimiter !== undefined)
      throw new InputError("E_DATA", `${optionName("delimiter")} must be absent with JSON, got ${delimiter}`);
    return (kind === "lines" ? jsonLines : jsonRows)(name, text);
  }
  const usual = kind === "tabs" ? "tab" : ",";
  const separated = separatedRows(name, text, { usual, asked: delimiter, columns });
  if (separated.found !== undefined) {
    const what = separated.found === "tab" ? "tabs" : `"${separated.found}"`;
    onNote(
      `The cells of ${name} have ${what} between them, by its header (${optionName("delimiter")} says otherwise).`,
    );
  }
  return separated.rows;
}

/** `.csv`; empty where a name has no dot but at its start. */
function endingOf(path: string): string {
  return /[^/\\](\.[^./\\]*)$/.exec(path)?.[1]?.toLowerCase() ?? "";
}

function kindOf(path: string): Kind {
  const kind = kinds[endingOf(path)];
  if (kind !== undefined || path === "-") return kind ?? "separated";
  throw new InputError("E_DATA", `data must be a ${listOfKinds} file, got ${path}`);
}

const listOfKinds = Object.keys(kinds)
  .join(", ")
  .replace(/, ([^,]*)$/, " or $1");

function assertNoText(
  name: string,
  { encoding, delimiter, optionName = (option) => option }: ReadOptions,
): void {
  const given = Object.entries({ encoding, delimiter }).filter(([, value]) => value !== undefined);
  if (given.length === 0) return;
  const options = given.map(([option]) => optionName(option)).join(", ");
  throw new InputError("E_DATA", `${options} must be absent with Parquet, which is no text, got ${name}`);
}
