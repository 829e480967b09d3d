import type { OutcomeCells, OutcomeGatherer } from "@lorank/core/decide";
import { type Field, requiredFields } from "./columns.ts";

/** Takes the rows of one source as they are read. */
export interface Rows {
  /** What holds the rows, for messages. */
  readonly source: string;
  /** Fields that must have a column. */
  readonly required: readonly Field[];
  add(row: OutcomeCells, line: number): void;
  /** Takes note of a row that could not be read. */
  reject(line: number, fault: string): void;
}

/** Which run all rows of a source are of. */
export interface RunOfRows {
  readonly rank: number;
  readonly seed: number;
}

/** Gives all rows to `gatherer`. Of one run, rows need not say their rank and seed; where they do, they must be its own. */
export function rowsFor(gatherer: OutcomeGatherer, source: string, run?: RunOfRows): Rows {
  const reject = (line: number, fault: string): void => gatherer.reject(line, fault);
  if (run === undefined)
    return { source, required: requiredFields, add: (row, line) => gatherer.add(row, line), reject };
  return {
    source,
    required: requiredFields.filter((field) => field !== "rank" && field !== "seed"),
    add: (row, line) => {
      for (const field of ["rank", "seed"] as const) {
        const said = row[field];
        if (typeof said === "number" && said !== run[field])
          return reject(line, `${field} must be ${run[field]}, that of the trial, got ${said}`);
      }
      gatherer.add({ ...row, rank: row.rank ?? run.rank, seed: row.seed ?? run.seed }, line);
    },
    reject,
  };
}
