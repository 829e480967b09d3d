import type { Field } from "../../columns/columns.ts";
import type { OutcomeCells } from "../../columns/outcome-columns.ts";
import { shapes } from "../../columns/shapes.ts";
import type { OutcomeGatherer } from "../../decide/outcomes-from-rows.ts";

/** A row of an evaluator's file. */
export interface EvaluatedCells extends OutcomeCells {
  /** Content of the example, such as its question: the same in all files. */
  readonly content?: string | undefined;
  /** Why the example has no outcome, such as a time-out. */
  readonly failure?: string | undefined;
  /** The column of `correct`, where it has the name of a run. */
  readonly column?: string;
  /** Value of the column that is averaged over. */
  readonly averaged?: string;
}

/** The cell of a row in a column. */
export type CellIn = (column: string) => unknown;

/** Takes the rows of one source as they are read. */
export interface Rows {
  /** Name of the file, for messages. */
  readonly source: string;
  /** Fields that must have a column. */
  readonly required: readonly Field[];
  /** Name of the column of groups; `none`: there is none. (default: `group`, where there is one) */
  readonly groupColumn?: string | undefined;
  /** Looks at a row of a table before it is read: undefined passes it over, and the members of another answer are added to it. */
  choose?(
    columns: readonly string[],
    cellIn: CellIn,
    line: number,
  ): Pick<EvaluatedCells, "averaged"> | undefined;
  add(row: EvaluatedCells, line: number): void;
  /** Takes note of a row that could not be read. */
  reject(line: number, fault: string): void;
}

/** The run of all rows of a source. */
export interface RunOfRows {
  readonly rank: number;
  readonly seed: number;
}

/** The run that a path says; the seed of rows that say none may be known apart. */
export interface KnownRun extends Partial<RunOfRows> {
  readonly defaultSeed?: number;
}

/**
 * Passes all rows on to `gatherer`. Rows may lack what is known of their run; where they have it, it must be the run's.
 *
 * @param owner what the run is known by, for messages.
 */
export function rowsFor(
  gatherer: Pick<OutcomeGatherer, "add" | "reject">,
  source: string,
  run: KnownRun = {},
  owner = "the trial",
): Rows {
  const reject = (line: number, fault: string): void => gatherer.reject(line, fault);
  const { rank: knownRank, seed: knownSeed = run.defaultSeed } = run;
  const known = { rank: knownRank, seed: knownSeed };
  const fixed = (["rank", "seed"] as const).filter((field) => run[field] !== undefined);
  return {
    source,
    required: shapes.outcomes.required.filter((field) => known[field as keyof RunOfRows] === undefined),
    add: (row, line) => {
      if (knownRank === undefined && knownSeed === undefined) return gatherer.add(row, line);
      for (const field of fixed) {
        const value = row[field];
        if (typeof value === "number" && value !== run[field])
          return reject(line, `${field} must be ${run[field]}, that of ${owner}, got ${value}`);
      }
      gatherer.add({ ...row, rank: row.rank ?? knownRank, seed: row.seed ?? knownSeed }, line);
    },
    reject,
  };
}
