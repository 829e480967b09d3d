import { InputError, namedSeparator } from "@lorank/core";
import { parse } from "#csv-parse";
import { type Row, RowOfTable } from "./row.ts";
import { isUsual } from "./usual-columns.ts";

/** What stands between two cells, as settings write it. */
export const delimiters = [",", ";", "|", "tab"] as const;
export type Delimiter = (typeof delimiters)[number];

/** Characters in which Excel's first line ends: it is never longer than `"sep=;"` and its line end. */
const mostOfSep = 9;
/** Characters in which the header is looked for. */
const mostOfHeader = 2 ** 16;

export interface SeparatedRows {
  readonly rows: Row[];
  /** The delimiter that was found from the header; undefined where it is the usual one, or was named. */
  readonly found?: Delimiter;
}

export interface SeparatedOptions {
  /** What files of this name have between their cells. */
  readonly usual: Delimiter;
  /** Wins over what the file says. */
  readonly asked?: Delimiter | undefined;
  /** Columns that were asked for: a header that has them is read right. */
  readonly columns: readonly string[];
}

/**
 * The rows below a header, as RFC 4180 has them, numbered from 1. Excel's first line `sep=;` names the delimiter and is no header.
 *
 * @param name of the file, for messages.
 * @throws InputError `E_DATA` for a file that is not well-formed.
 */
export function separatedRows(name: string, text: string, options: SeparatedOptions): SeparatedRows {
  const { named, table } = withoutSep(text);
  const found = options.asked ?? (named === undefined ? delimiterOf(text, options) : undefined);
  const lines = linesOf(name, table, found === undefined ? named! : character(found));
  const isNews = found !== undefined && options.asked === undefined && found !== options.usual;
  return { rows: rowsOf(name, lines), ...(isNews ? { found } : {}) };
}

/** An empty line with the ends of the others takes the place of Excel's: messages count it. */
function withoutSep(text: string): { readonly named?: string; readonly table: string } {
  const [line = "", first = ""] = /^(.*)(?:\r\n|\n|\r)/.exec(text.slice(0, mostOfSep)) ?? [];
  const named = namedSeparator(first);
  if (named === undefined) return { table: text };
  const table = text.slice(line.length);
  const [end = "\n"] = /\r\n|\n|\r/.exec(table) ?? [];
  return { named, table: end + table };
}

function rowsOf(name: string, [header = [], ...body]: readonly string[][]): Row[] {
  const repeated = header.find((column, i) => header.indexOf(column) !== i);
  if (repeated !== undefined) {
    throw new InputError(
      "E_DATA",
      `the columns of ${name} must be distinct, got ${JSON.stringify(repeated)} twice`,
    );
  }
  const columns = new Map(header.map((column, place) => [column, place]));
  return body.map((cells, i) => ({ number: i + 1, values: new RowOfTable(columns, cells) }));
}

function linesOf(name: string, text: string, delimiter: string): string[][] {
  try {
    return parse(text, { delimiter, skip_empty_lines: true });
  } catch (cause) {
    throw new InputError("E_DATA", `${name} must be well-formed: ${(cause as Error).message}`, { cause });
  }
}

/** The delimiter under which the header has the most columns that are looked for, then the most cells; then the usual one. */
function delimiterOf(text: string, { usual, columns }: SeparatedOptions): Delimiter {
  const asked = new Set(columns);
  const head = text.slice(0, mostOfHeader);
  const others = delimiters.filter((one) => one !== usual && head.includes(character(one)));
  const candidates = [usual, ...others].map((delimiter) => {
    const cells = headerOf(head, character(delimiter));
    return { delimiter, known: cells.filter((cell) => asked.has(cell) || isUsual(cell)).length, cells };
  });
  // Files that say so in their name.
  if (usual === "tab" && candidates[0]!.cells.length > 1) return usual;
  return candidates.sort((a, b) => b.known - a.known || b.cells.length - a.cells.length)[0]!.delimiter;
}

/** Empty where the first record is none with this delimiter. */
function headerOf(head: string, delimiter: string): string[] {
  try {
    return (parse(head, { delimiter, skip_empty_lines: true, to: 1 }) as string[][])[0] ?? [];
  } catch {
    return [];
  }
}

function character(delimiter: Delimiter): string {
  return delimiter === "tab" ? "\t" : delimiter;
}
