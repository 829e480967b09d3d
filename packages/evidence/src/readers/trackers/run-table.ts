import { extname } from "node:path";
import { readDataRows } from "@lorank/tables/node";
import { has, nameExamples, numberedColumns } from "../../columns/shapes.ts";
import { headOf } from "../files/read-lines.ts";
import type { ReadScores } from "../scores/read-scores.ts";
import { scoresOfTable, type TableChoices } from "../scores/runs-of-table.ts";

const extensions = [".csv", ".tsv", ".txt", ".jsonl", ".ndjson", ".json", ".parquet"];

/** Tells whether a file is a run table: its first line has a rank, unless `hasArms`, and no example. */
export function isRunTable(path: string, hasArms = false): boolean {
  const columns = columnsAtHead(path);
  // Example tables have no state.
  if (columns === undefined || (nameExamples(columns) && !has("runs", "state", columns))) return false;
  return hasArms || numberedColumns(columns, "rank").length > 0 || has("runs", "rank", columns);
}

/** Columns in a table's first line; undefined if the file is no table. */
export function columnsAtHead(path: string): readonly string[] | undefined {
  if (!extensions.includes(extname(path).toLowerCase())) return undefined;
  const head = headOf(path, 2 ** 16)
    .replace(/^(\xEF\xBB\xBF)?(sep=.\r?\n)?/, "")
    .trimStart()
    // List in a cell, such as target modules.
    .replaceAll(/\[[^[\]{}]*\]/g, '""');
  const [, object] = /^(?:\{[^{}]*"rows"\s*:\s*)?\[?\s*\{([^{}[\]]*)\}/.exec(head) ?? [];
  // Other JSON, such as a sweep's results, has commas like a header but is no table.
  if (object === undefined && /^[{[]/.test(head)) return undefined;
  return object !== undefined
    ? [...object.matchAll(/"([^"\\]{1,100})"\s*:/g)].map(([, key]) => key!)
    : head
        .split(/\r?\n/, 1)[0]!
        .split(/[,;\t]/)
        .map((cell) => cell.trim().replace(/^"|"$/g, ""));
}

/** Reads a run table. Throws as `readScores`. */
export async function readRunTable(path: string, choices: TableChoices): Promise<ReadScores> {
  const read: string[] = [];
  const rows = await readDataRows(path, { onNote: (note) => void read.push(note) });
  const { notes, ...scores } = scoresOfTable(rows, path, choices);
  return { ...scores, notes: [...read, ...notes] };
}
