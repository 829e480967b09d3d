import { InputError } from "@lorank/core";
import { type CsvError, parse } from "#csv-parse";
import { hasCommonName } from "./columns.ts";
import { assertQuotedCellsEnd, type Quote, type SeparatedText } from "./quoted-cells.ts";
import {
  assertAtMost,
  jsonLines,
  jsonRows,
  type ReadData,
  type Row,
  RowOfTable,
  standardInput,
} from "./rows.ts";
import { decodeText, type TextEncoding } from "./text-encoding.ts";
import { assertNoBinary, moreRows, parseProblem } from "./text-problems.ts";

/** Settings in place of those detected in a data file. */
export interface ReadOptions {
  /** Text encoding. (default: by the bytes: UTF-8, UTF-16 or else Windows-1252) */
  readonly encoding?: TextEncoding | undefined;
  /** Cell delimiter; `tab` is a tabulator. (default: by the header) */
  readonly delimiter?: Delimiter | undefined;
  /** Quotes around cells. (default: `double`) */
  readonly quote?: Quote | undefined;
  /** Columns named by options, which help to find the delimiter. */
  readonly columns?: readonly string[] | undefined;
  /** Callback for notes on how a file was read: not as UTF-8, or with another delimiter than commas. */
  readonly onNote?: ((note: string) => void) | undefined;
  /** Option name in errors and notes. (default: the name here) */
  readonly optionName?: ((option: string) => string) | undefined;
}

/** V8's longest string, which a whole text becomes; other engines allow more. */
const MOST_TEXT_BYTES = 2 ** 29 - 24;

export type FileKind = "separated" | "tabs" | "lines" | "json" | "parquet";

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

function isParquet(bytes: Uint8Array): boolean {
  return String.fromCharCode(...bytes.subarray(0, 4)) === "PAR1";
}

export function rowsOfText(
  name: string,
  known: Exclude<FileKind, "parquet"> | undefined,
  bytes: Uint8Array,
  options: ReadOptions,
): Row[] {
  const {
    encoding,
    delimiter,
    quote,
    columns = [],
    onNote = () => {},
    optionName = (option) => option,
  } = options;
  assertAtMost(name, bytes.byteLength, MOST_TEXT_BYTES, moreRows);
  const { text, found } = decodeText(bytes, name, encoding, optionName("encoding"));
  if (found !== undefined)
    onNote(
      `Read ${name} as ${found}, which was found from its bytes (${optionName("encoding")} says otherwise).`,
    );
  assertNoBinary(name, text);
  const kind = known ?? (/^\s*[[{]/.test(text) ? "json" : "separated");
  if (kind === "lines" || kind === "json") {
    for (const [option, value] of Object.entries({ delimiter, quote }))
      if (value !== undefined)
        throw new InputError("E_DATA", `${optionName(option)} must be absent with JSON, got ${value}`);
    return (kind === "lines" ? jsonLines : jsonRows)(name, text);
  }
  const endingDelimiter = kind === "tabs" ? "tab" : ",";
  const settings = { requested: delimiter, quote, quoteOption: optionName("quote"), columns };
  const separated = separatedRows(name, text, { endingDelimiter, ...settings });
  if (separated.blank > 0)
    onNote(`Left out ${separated.blank} blank row${separated.blank === 1 ? "" : "s"} of ${name}.`);
  if (separated.found !== undefined) {
    const what = separated.found === "tab" ? "tabs" : `"${separated.found}"`;
    onNote(
      `The cells of ${name} have ${what} between them, by its header (${optionName("delimiter")} says otherwise).`,
    );
  }
  return separated.rows;
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

/** Cell delimiters, as settings write them. */
export const delimiters = [",", ";", "|", "tab"] as const;
export type Delimiter = (typeof delimiters)[number];

/** Longest first line by Excel: `"sep=;"` and a line end. */
const mostOfSep = 9;
/** Characters at the start searched for the header. */
const mostOfHeader = 2 ** 16;

interface SeparatedRows {
  readonly rows: Row[];
  /** Count of skipped rows with empty cells only, as spreadsheets leave them. */
  readonly blank: number;
  /** Delimiter found by the header; undefined if named, or equal to the ending's. */
  readonly found?: Delimiter;
}

export interface SeparatedOptions {
  /** Delimiter by the file's ending. */
  readonly endingDelimiter: Delimiter;
  /** Delimiter named by the user, which wins over a found delimiter. */
  readonly requested?: Delimiter | undefined;
  readonly quote?: Quote | undefined;
  /** Quotes option's name in messages. */
  readonly quoteOption: string;
  /** Columns named by options; a header with them is read right. */
  readonly columns: readonly string[];
}

/**
 * Rows below a header by RFC 4180, numbered from 1. Excel's first line `sep=;` names the delimiter and is no header.
 * Quotes inside a cell that opens with none are characters.
 *
 * @param name file name, for messages.
 * @throws InputError `E_DATA` for a file that is not well-formed.
 */
export function separatedRows(name: string, text: string, options: SeparatedOptions): SeparatedRows {
  const { named, table } = withoutSep(text);
  const found = options.requested ?? (named === undefined ? delimiterOf(text, options) : undefined);
  const delimiter = found === undefined ? named! : character(found);
  const { quote, quoteOption } = options;
  const lines = linesOf({ name, text: table, delimiter, quoteOption }, quote);
  const isNews = found !== undefined && options.requested === undefined && found !== options.endingDelimiter;
  return { ...rowsOf(name, lines), ...(isNews ? { found } : {}) };
}

/** Columns in the header at the text's start; later text is not read. */
export function separatedColumns(text: string, kind: "separated" | "tabs"): string[] {
  const { named, table } = withoutSep(text);
  const endingDelimiter = kind === "tabs" ? "tab" : ",";
  const delimiter = delimiterOf(table, { endingDelimiter, columns: [], quoteOption: "quote" });
  return headerOf(table, named ?? character(delimiter), undefined);
}

/** Separator in Excel's first line `sep=;`; undefined for another line. */
export function namedSeparator(line: string): string | undefined {
  return /^"?sep=(.)"?$/i.exec(line)?.[1];
}

/** Replaces Excel's `sep=` line by an empty line, since messages count lines. */
function withoutSep(text: string): { readonly named?: string; readonly table: string } {
  const [line = "", first = ""] = /^(.*)(?:\r\n|\n|\r)/.exec(text.slice(0, mostOfSep)) ?? [];
  const named = namedSeparator(first);
  if (named === undefined) return { table: text };
  const table = text.slice(line.length);
  const [end = "\n"] = /\r\n|\n|\r/.exec(table) ?? [];
  return { named, table: end + table };
}

function rowsOf(
  name: string,
  { records, emptyBefore }: Records,
): { readonly rows: Row[]; readonly blank: number } {
  const [header = [], ...body] = records;
  const repeated = header.find((column, i) => header.indexOf(column) !== i);
  if (repeated !== undefined) {
    throw new InputError(
      "E_DATA",
      `the columns of ${name} must be distinct, got ${JSON.stringify(repeated)} twice`,
    );
  }
  const columns = new Map(header.map((column, place) => [column, place]));
  const rows = body.flatMap((cells, i) =>
    cells.every((value) => value.trim() === "")
      ? []
      : [{ number: i + 1, sheetRow: i + 2 + emptyBefore[i + 1]!, values: new RowOfTable(columns, cells) }],
  );
  return { rows, blank: body.length - rows.length };
}

interface Records {
  readonly records: readonly string[][];
  /** Empty lines above each record, counted from the file's start. */
  readonly emptyBefore: readonly number[];
}

function linesOf(separated: SeparatedText, quote: Quote | undefined): Records {
  const { name, text, delimiter } = separated;
  if (quote !== "none") assertQuotedCellsEnd(separated);
  const emptyBefore: number[] = [];
  const onRecord = (record: string[], { empty_lines }: { readonly empty_lines: number }): string[] => {
    emptyBefore.push(empty_lines);
    return record;
  };
  const options = { ...parseOptions(delimiter, quote), relax_quotes: true, on_record: onRecord };
  try {
    return { records: parse(text, options), emptyBefore };
  } catch (cause) {
    throw parseProblem(name, cause as CsvError | RangeError);
  }
}

function parseOptions(delimiter: string, quote: Quote | undefined) {
  return { delimiter, quote: quote === "none" ? null : '"', skip_empty_lines: true };
}

/** Delimiter whose header has the most requested columns, then the most cells; then the ending's. */
function delimiterOf(text: string, { endingDelimiter, quote, columns }: SeparatedOptions): Delimiter {
  const requested = new Set(columns);
  const head = text.slice(0, mostOfHeader);
  const others = delimiters.filter((one) => one !== endingDelimiter && head.includes(character(one)));
  const candidates = [endingDelimiter, ...others].map((delimiter) => {
    const cells = headerOf(head, character(delimiter), quote);
    return {
      delimiter,
      known: cells.filter((cell) => requested.has(cell) || hasCommonName(cell)).length,
      cells,
    };
  });
  // Tab-separated by the file's name.
  if (endingDelimiter === "tab" && candidates[0]!.cells.length > 1) return endingDelimiter;
  return candidates.sort((a, b) => b.known - a.known || b.cells.length - a.cells.length)[0]!.delimiter;
}

/** Header cells; empty where the first record is invalid with this delimiter. */
function headerOf(head: string, delimiter: string, quote: Quote | undefined, relaxed = false): string[] {
  const options = { ...parseOptions(delimiter, quote), relax_quotes: relaxed, to: 1 };
  try {
    return (parse(head, options) as string[][])[0] ?? [];
  } catch (cause) {
    // Relaxed from the start, `"a, b";"c, d"` would have two columns by commas too.
    const isCharacter = !relaxed && (cause as CsvError).code === "INVALID_OPENING_QUOTE";
    return isCharacter ? headerOf(head, delimiter, quote, true) : [];
  }
}

function character(delimiter: Delimiter): string {
  return delimiter === "tab" ? "\t" : delimiter;
}
