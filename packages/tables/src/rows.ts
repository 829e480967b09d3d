import { firstOf, InputError } from "@lorank/core";

/** Row of cells by column name. */
export interface Row {
  readonly number: number;
  /** Row number in a spreadsheet, counting header and empty rows; absent if equal to `number`. */
  readonly sheetRow?: number;
  readonly values: ReadonlyMap<string, unknown>;
}

/** Cells under a shared header; a `Map` per row takes half as much memory again. */
export class RowOfTable implements ReadonlyMap<string, unknown> {
  readonly #columns: ReadonlyMap<string, number>;
  readonly #cells: readonly unknown[];

  /** @param columns place in `cells` by column. */
  constructor(columns: ReadonlyMap<string, number>, cells: readonly unknown[]) {
    this.#columns = columns;
    this.#cells = cells;
  }

  get size(): number {
    return this.#columns.size;
  }

  get(column: string): unknown {
    const place = this.#columns.get(column);
    return place === undefined ? undefined : this.#cells[place];
  }

  has(column: string): boolean {
    return this.#columns.has(column);
  }

  keys(): MapIterator<string> {
    return this.#columns.keys();
  }

  values(): MapIterator<unknown> {
    return new Map(this.#entries()).values();
  }

  entries(): MapIterator<[string, unknown]> {
    return new Map(this.#entries()).entries();
  }

  [Symbol.iterator](): MapIterator<[string, unknown]> {
    return this.entries();
  }

  forEach(take: (cell: unknown, column: string, row: ReadonlyMap<string, unknown>) => void): void {
    for (const [column, cell] of this.#entries()) take(cell, column, this);
  }

  #entries(): [string, unknown][] {
    return [...this.#columns].map(([column, place]) => [column, this.#cells[place]]);
  }
}

/** Lists `rows 2, 5, 9`, at most ten. */
export function listRows(numbers: readonly number[], noun = "row"): string {
  if (numbers.length === 1) return `${noun} ${numbers[0]}`;
  return `${noun}s ${firstOf(numbers, 10)}`;
}

/** Standard input's name for `-`, in messages and as data. */
export const standardInput = "standard input";

/** Reads file bytes from `start` to before `end`. */
export type ReadRange = (start: number, end: number) => Promise<Uint8Array>;

/**
 * Reads a data file's bytes, or standard input's for `-`.
 *
 * @param most bytes; a larger file is an InputError `E_DATA`, with `advice` after it.
 */
export type ReadData = (path: string, most: number, advice?: string) => Uint8Array | Promise<Uint8Array>;

/** @throws InputError `E_DATA` beyond `most` bytes. */
export function assertAtMost(name: string, size: number, most: number, advice?: string): void {
  if (size <= most) return;
  const rule = `${name} must have at most ${most} bytes, got ${size}`;
  throw new InputError("E_DATA", advice === undefined ? rule : `${rule}\n${advice}`);
}

/** Rows from an object per line; the line is the row's number. Throws E_DATA with every faulty line. */
export function jsonLines(name: string, text: string): Row[] {
  const rows: Row[] = [];
  const wrong: { readonly line: number; readonly why: string }[] = [];
  for (const [i, line] of text.split("\n").entries()) {
    if (line.trim() === "") continue;
    const value = parsed(line);
    if (isObject(value)) rows.push({ number: i + 1, values: new Map(Object.entries(value)) });
    else wrong.push({ line: i + 1, why: value instanceof SyntaxError ? `: ${value.message}` : "" });
  }
  if (wrong.length === 0) return rows;
  const lines = listRows(
    wrong.map(({ line }) => line),
    "line",
  );
  const first = wrong.find(({ why }) => why !== "");
  const example = first === undefined ? "" : ` (line ${first.line}${first.why})`;
  throw new InputError(
    "E_DATA",
    `every line of ${name} must be a JSON object, got another in ${lines}${example}`,
  );
}

/** Rows from a list's objects, or the member `rows`, numbered from 1; or from an object per line. Throws E_DATA. */
export function jsonRows(name: string, text: string): Row[] {
  const value = parsed(text);
  if (Array.isArray(value)) return rowsOfList(name, value);
  if (isObject(value) && "rows" in value && Array.isArray(value.rows)) return rowsOfList(name, value.rows);
  if (text.trimStart().startsWith("{") && (value instanceof SyntaxError || !text.trim().includes("\n")))
    return jsonLines(name, text);
  const rule = `${name} must hold a list of JSON objects`;
  if (!(value instanceof SyntaxError)) throw new InputError("E_DATA", `${rule}, got another value`);
  throw new InputError("E_DATA", `${rule}: ${value.message}${lineOf(value.message, text)}`, { cause: value });
}

function rowsOfList(name: string, values: readonly unknown[]): Row[] {
  const wrong = values.flatMap((value, i) => (isObject(value) ? [] : [i + 1]));
  if (wrong.length > 0)
    throw new InputError(
      "E_DATA",
      `every value of the list in ${name} must be a JSON object, got another in ${listRows(wrong)}`,
    );
  return values.map((value, i) => ({ number: i + 1, values: new Map(Object.entries(value as object)) }));
}

/** Parsed value, or the text's error. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    return error;
  }
}

function isObject(value: unknown): value is object {
  return (
    typeof value === "object" && value !== null && !Array.isArray(value) && !(value instanceof SyntaxError)
  );
}

/** Error line; empty if the message has a line already. */
function lineOf(message: string, text: string): string {
  const position = /position (\d+)/.exec(message)?.[1];
  const end = position ?? (/end of JSON/.test(message) ? text.trimEnd().length : undefined);
  if (end === undefined || message.includes("line ")) return "";
  return ` (line ${text.slice(0, Number(end)).split("\n").length})`;
}
