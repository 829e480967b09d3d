import { statSync } from "node:fs";
import { extname } from "node:path";
import { InputError } from "@lorank/core";
import { OutcomeGatherer, type OutcomeTable } from "@lorank/core/decide";
import type { OutputFlags } from "../output.ts";
import { progressLine } from "../progress/progress-line.ts";
import { wholeNumber } from "../text.ts";
import { jsonLines } from "./json-lines.ts";
import { type LineReader, type LineSource, openLines, readLines } from "./read-lines.ts";
import { namedSeparator, separatedLines } from "./separated-lines.ts";

const linesBetweenShows = 20_000;

/** Whether `path` means outcomes that any trainer wrote, not a sweep's results: by its name, or because it is a pipe. */
export function isOutcomes(path: string): boolean {
  if (path === "-" || [".csv", ".tsv", ".txt", ".jsonl", ".ndjson"].includes(extname(path).toLowerCase()))
    return true;
  return statSync(path, { throwIfNoEntry: false })?.isFIFO() ?? false;
}

/**
 * Reads outcomes that any trainer wrote: a row for each rank, seed and evaluation example, in CSV or JSON Lines, whichever
 * the first line is. One pass; what is kept is what `OutcomeGatherer` keeps.
 *
 * @throws InputError `E_COLUMN` for a column that is missing, `E_OUTCOMES` for bad rows, `E_DATA` for a JSON array and as `readLines`.
 */
export async function readOutcomes(
  path: string,
  flags: OutputFlags,
  stdin: AsyncIterable<Uint8Array> = process.stdin,
): Promise<OutcomeTable> {
  const source = openLines(path, stdin);
  const progress = progressLine(flags);
  try {
    return await gathered(source, (words) => progress.show(words));
  } finally {
    progress.end();
  }
}

async function gathered(source: LineSource, show: (words: string) => void): Promise<OutcomeTable> {
  const { name, totalBytes } = source;
  const gatherer = new OutcomeGatherer({ source: name, unit: "line" });
  let shownLines = 0;
  await readLines(source, rowReader(gatherer, name), (lines, bytes) => {
    if (lines - shownLines < linesBetweenShows) return;
    shownLines = lines;
    const share = totalBytes === undefined ? "" : `, ${Math.floor((100 * bytes) / totalBytes)} %`;
    show(`reading ${name}: ${wholeNumber(lines)} lines${share}`);
  });
  const table = gatherer.table();
  if (table.cells.length > 0) return table;
  throw new InputError("E_OUTCOMES", `${name} must have a row for each rank, seed and example, got no row`);
}

/** Finds out from the first lines what all of them hold, and reads that. */
function rowReader(gatherer: OutcomeGatherer, name: string): LineReader {
  let reader: LineReader | undefined;
  let separator: string | undefined;
  const readFirst = (text: string, number: number): void => {
    if (text.trim() === "") return;
    const named = namedSeparator(text);
    if (separator === undefined && named !== undefined) {
      separator = named;
    } else if (text.trimStart().startsWith("{")) {
      reader = jsonLines(gatherer, name);
      reader.line(text, number);
    } else if (text.trimStart().startsWith("[")) {
      throw new InputError("E_DATA", `${name} must hold a JSON object a line, got an array`);
    } else reader = separatedLines(text, gatherer, name, separator);
  };
  return {
    line: (text, number) => (reader === undefined ? readFirst(text, number) : reader.line(text, number)),
    end: () => reader?.end(),
  };
}
