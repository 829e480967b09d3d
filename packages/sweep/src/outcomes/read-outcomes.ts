import { statSync } from "node:fs";
import { extname } from "node:path";
import { InputError } from "@lorank/core";
import { OutcomeGatherer, type OutcomeTable } from "@lorank/core/decide";
import { openLines, readLines } from "./read-lines.ts";
import { rowReader } from "./read-rows.ts";
import { type RunOfRows, rowsFor } from "./rows.ts";

const linesBetweenReports = 20_000;

/** Progress within a source. */
export interface ReadSoFar {
  readonly source: string;
  readonly lines: number;
  /** 0 to 1; absent where the size is not known, as of a pipe. */
  readonly share?: number;
}

export interface ReadOutcomesOptions {
  /** (default: standard input of this process) */
  readonly stdin?: AsyncIterable<Uint8Array>;
  /** Called every 20,000 lines or so. */
  readonly onRead?: (soFar: ReadSoFar) => void;
}

/** Tells outcomes that any trainer wrote from a sweep's results: by the name of the file, or because it is a pipe. */
export function isOutcomes(path: string): boolean {
  if (path === "-" || [".csv", ".tsv", ".txt", ".jsonl", ".ndjson"].includes(extname(path).toLowerCase()))
    return true;
  return statSync(path, { throwIfNoEntry: false })?.isFIFO() ?? false;
}

/**
 * Reads outcomes that any trainer wrote: a row for each rank, seed and evaluation example, in CSV or JSON Lines, whichever
 * the first line is. `path` is a file, or `-` for standard input. One pass; `OutcomeGatherer` says what stays in memory.
 *
 * @throws InputError `E_COLUMN` for a column that is missing, `E_OUTCOMES` for bad rows, `E_DATA` for a JSON array and as `readLines`.
 */
export async function readOutcomes(path: string, options: ReadOutcomesOptions = {}): Promise<OutcomeTable> {
  const { table, name } = await gathered(path, options);
  if (table.cells.length > 0) return table;
  throw new InputError("E_OUTCOMES", `${name} must have a row for each rank, seed and example, got no row`);
}

/** The outcomes of one run on its evaluation examples, in the order of the file. */
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
  const reader = rowReader(rowsFor(gatherer, name, run));
  let [number, reported] = [0, 0];
  for await (const { lines, bytes } of readLines(source)) {
    for (const line of lines) reader.line(line, ++number);
    if (number - reported < linesBetweenReports) continue;
    reported = number;
    onRead({
      source: name,
      lines: number,
      ...(totalBytes === undefined ? {} : { share: bytes / totalBytes }),
    });
  }
  reader.end?.();
  return { table: gatherer.table(), gatherer, name };
}
