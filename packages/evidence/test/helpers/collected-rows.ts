import { shapes } from "../../src/columns/shapes.ts";
import type { OutcomeCells } from "../../src/index.ts";
import type { Rows } from "../../src/readers/rows/rows.ts";

/** Takes rows as a reader of outcomes gives them, and keeps each under its line. */
export function collectedRows(): {
  readonly rows: Rows;
  readonly added: Record<number, OutcomeCells>;
  readonly rejected: Record<number, string>;
} {
  const added: Record<number, OutcomeCells> = {};
  const rejected: Record<number, string> = {};
  const rows: Rows = {
    source: "a.csv",
    required: shapes.outcomes.required,
    add(row, line) {
      added[line] = row;
    },
    reject(line, fault) {
      rejected[line] = fault;
    },
  };
  return { rows, added, rejected };
}
