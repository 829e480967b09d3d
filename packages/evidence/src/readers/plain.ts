import { openLines, readLines } from "./files/read-lines.ts";
import type { OutcomeFormat } from "./format.ts";
import { rowReader } from "./rows/read-rows.ts";

const linesBetweenReports = 20_000;
const extensions = [".csv", ".tsv", ".txt", ".jsonl", ".ndjson"];

/** Outcomes by any trainer: CSV or JSON Lines, by the first line. */
export const plain: OutcomeFormat = {
  name: "outcomes",
  unit: "line",
  recognises({ path, extension, isNamed, head }) {
    if (isNamed && path === "-") return true;
    return extensions.includes(extension) && (isNamed || hasOurColumns(head()));
  },
  async read(path, rows, { stdin, onRows, choices: { groupColumn } }) {
    const source = openLines(path, stdin);
    const { totalBytes } = source;
    const reader = rowReader({ ...rows, groupColumn });
    let [number, reported] = [0, 0];
    for await (const { lines, bytes } of readLines(source)) {
      for (const line of lines) reader.line(line, ++number);
      if (number - reported < linesBetweenReports) continue;
      reported = number;
      onRows?.(number, totalBytes === undefined ? undefined : bytes / totalBytes);
    }
    reader.end?.();
  },
};

function hasOurColumns(head: string): boolean {
  const [firstLine = ""] = head.trimStart().split("\n");
  return /\bexample\b/i.test(firstLine) && /\bcorrect\b/i.test(firstLine);
}
