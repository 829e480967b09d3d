import { statSync } from "node:fs";
import { extname } from "node:path";
import { InputError, namedSeparator } from "@lorank/core";
import { OutcomeGatherer, type OutcomeTable } from "@lorank/core/decide";
import { outcomeCells } from "./cells.ts";
import { assertColumns, type Columns, findColumns } from "./columns.ts";
import { type LineReader, openLines, readLines } from "./read-lines.ts";
import { type Rows, type RunOfRows, rowsFor } from "./rows.ts";
import { separatedLines } from "./separated-lines.ts";

const linesBetweenReports = 20_000;

/** How far a source has been read. */
export interface ReadSoFar {
  readonly source: string;
  readonly lines: number;
  /** 0 to 1; absent where the size is not known, as of a pipe. */
  readonly share?: number;
}

export interface ReadOutcomesOptions {
  /** (default: standard input of this process) */
  readonly stdin?: AsyncIterable<Uint8Array>;
  /** Told every 20,000 lines or so. */
  readonly onRead?: (soFar: ReadSoFar) => void;
}

/** Whether `path` means outcomes that any trainer wrote, not a sweep's results: by its name, or because it is a pipe. */
export function isOutcomes(path: string): boolean {
  if (path === "-" || [".csv", ".tsv", ".txt", ".jsonl", ".ndjson"].includes(extname(path).toLowerCase()))
    return true;
  return statSync(path, { throwIfNoEntry: false })?.isFIFO() ?? false;
}

/**
 * Reads outcomes that any trainer wrote: a row for each rank, seed and evaluation example, in CSV or JSON Lines, whichever
 * the first line is. `path` is a file, or `-` for standard input. One pass; what is kept is what `OutcomeGatherer` keeps.
 *
 * @throws InputError `E_COLUMN` for a column that is missing, `E_OUTCOMES` for bad rows, `E_DATA` for a JSON array and as `readLines`.
 */
export async function readOutcomes(path: string, options: ReadOutcomesOptions = {}): Promise<OutcomeTable> {
  const { table, name } = await gathered(path, options);
  if (table.cells.length > 0) return table;
  throw new InputError("E_OUTCOMES", `${name} must have a row for each rank, seed and example, got no row`);
}

/** What one run did on its evaluation examples, in the order of the file. */
export interface RunOutcomes {
  readonly examples: readonly string[];
  /** The line of each example, from 1. */
  readonly lines: ArrayLike<number>;
  readonly correct: ArrayLike<number>;
  /** In nats. */
  readonly logLoss?: ArrayLike<number>;
  /** The true class of each example, where the rows say it. */
  readonly labels?: readonly string[];
}

/** Reads the outcomes of one run, whose rows need not say its rank and seed. Throws as {@link readOutcomes}. */
export async function readRun(path: string, run: RunOfRows): Promise<RunOutcomes> {
  const { table, gatherer, name } = await gathered(path, {}, run);
  const [cell] = table.cells;
  if (cell === undefined)
    throw new InputError("E_OUTCOMES", `${name} must have a row for each evaluation example, got no row`);
  const { correct, logLoss } = cell;
  return { ...gatherer.examplesOf(run), correct, ...(logLoss === undefined ? {} : { logLoss }) };
}

async function gathered(
  path: string,
  { stdin = process.stdin, onRead = () => {} }: ReadOutcomesOptions,
  run?: RunOfRows,
): Promise<{ readonly table: OutcomeTable; readonly gatherer: OutcomeGatherer; readonly name: string }> {
  const source = openLines(path, stdin);
  const { name, totalBytes } = source;
  const gatherer = new OutcomeGatherer({ source: name, unit: "line" });
  let reported = 0;
  await readLines(source, rowReader(rowsFor(gatherer, name, run)), (lines, bytes) => {
    if (lines - reported < linesBetweenReports) return;
    reported = lines;
    onRead({ source: name, lines, ...(totalBytes === undefined ? {} : { share: bytes / totalBytes }) });
  });
  return { table: gatherer.table(), gatherer, name };
}

/** Finds out from the first lines what all of them hold, and reads that. */
function rowReader(rows: Rows): LineReader {
  let reader: LineReader | undefined;
  let separator: string | undefined;
  const readFirst = (text: string, number: number): void => {
    if (text.trim() === "") return;
    const named = namedSeparator(text);
    if (separator === undefined && named !== undefined) {
      separator = named;
    } else if (text.trimStart().startsWith("{")) {
      reader = jsonLines(rows);
      reader.line(text, number);
    } else if (text.trimStart().startsWith("[")) {
      throw new InputError("E_DATA", `${rows.source} must hold a JSON object a line, got an array`);
    } else reader = separatedLines(text, rows, separator);
  };
  return {
    line: (text, number) => (reader === undefined ? readFirst(text, number) : reader.line(text, number)),
    end: () => reader?.end(),
  };
}

/** Reads a JSON object a line. The first one must have all that is needed, which {@link assertColumns} says. */
export function jsonLines(rows: Rows): LineReader {
  let names: readonly string[] | undefined;
  let columns: Columns = {};
  const line = (text: string, number: number): void => {
    if (text.trim() === "") return;
    const row = objectIn(text);
    if (row === undefined) {
      const got = text.length > 60 ? `${text.slice(0, 60)}…` : text;
      rows.reject(number, `must be a JSON object, got ${got}`);
      return;
    }
    const keys = Object.keys(row);
    if (names === undefined || keys.length !== names.length || keys.some((key, i) => key !== names![i])) {
      const source = `${rows.source}, line ${number}`;
      columns = findColumns(keys, source);
      if (names === undefined) assertColumns(columns, keys, { ...rows, source });
      names = keys;
    }
    rows.add(
      outcomeCells(columns, (place) => row[keys[place]!], false),
      number,
    );
  };
  return { line, end: () => {} };
}

function objectIn(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    const isObject = typeof value === "object" && value !== null && !Array.isArray(value);
    return isObject ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}
