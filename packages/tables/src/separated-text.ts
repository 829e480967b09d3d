import { InputError } from "@lorank/core";
import { type CsvError, parse } from "#csv-parse";
import { hasCommonName } from "./columns.ts";
import { assertQuotedCellsEnd, type Quote, type SeparatedText } from "./quoted-cells.ts";
import { type Row, RowOfTable } from "./rows.ts";
import { type Delimiter, delimiters, namedSeparator } from "./separators.ts";
import { parseProblem } from "./text-problems.ts";

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
