import type { Field } from "../../columns/columns.ts";
import type { OutcomeCells } from "../../columns/outcome-columns.ts";
import { shapes } from "../../columns/shapes.ts";
import type { OutcomeGatherer } from "../../decide/outcomes-from-rows.ts";

export interface EvaluatedCells extends OutcomeCells {
  /** Text or digest of the example, such as a question; must be equal in all files. */
  readonly content?: string | undefined;
  /** Reason for a missing outcome, such as a time-out. */
  readonly failure?: string | undefined;
  /** Name of the column behind `correct`, if it is a run's name. */
  readonly column?: string;
  readonly averaged?: string;
  /** Cells of secondary outcomes, in the order of their choice. */
  readonly secondary?: readonly unknown[];
}

/**
 * Cells that the choice of rows sets in a row: an arm's number as the rank, and the value averaged over. Label and group
 * are emptied if their columns name arms. Of a suite, the label is the task.
 */
export type ChosenCells = Pick<
  EvaluatedCells,
  "averaged" | "rank" | "example" | "label" | "group" | "secondary"
>;

export type CellIn = (column: string) => unknown;

export interface Rows {
  readonly source: string;
  readonly required: readonly Field[];
  /** Group column; `none`: no groups. Default: `group`, if present. */
  readonly groupColumn?: string | undefined;
  /** Chooses rows: undefined skips a row, members are added to it. */
  choose?(columns: readonly string[], cellIn: CellIn, line: number): ChosenCells | undefined;
  /** True if a column names the arm, so that no column is a rank. */
  readonly hasArms?: boolean | undefined;
  add(row: EvaluatedCells, line: number): void;
  reject(line: number, fault: string): void;
}

export interface RunOfRows {
  readonly rank: number;
  readonly seed: number;
}

/** Run known by path; `defaultSeed` is for rows without a seed. */
export interface KnownRun extends Partial<RunOfRows> {
  readonly defaultSeed?: number;
}

/**
 * Passes rows on, filling in what is known about their run; what they have must agree.
 *
 * @param owner source of the known run, for messages.
 * @param hasArms arms are compared: `run.rank` and the rows' are numbers of arms, and a column of ranks does not count.
 */
export function rowsFor(
  gatherer: Pick<OutcomeGatherer, "add" | "reject">,
  source: string,
  run: KnownRun = {},
  owner = "the trial",
  hasArms = false,
): Rows {
  const reject = (line: number, fault: string): void => gatherer.reject(line, fault);
  const { rank: knownRank, seed: knownSeed = run.defaultSeed } = run;
  const known = { rank: knownRank, seed: knownSeed };
  const fixed = (hasArms ? (["seed"] as const) : (["rank", "seed"] as const)).filter(
    (field) => run[field] !== undefined,
  );
  return {
    source,
    required: shapes.outcomes.required.filter(
      (field) => known[field as keyof RunOfRows] === undefined && !(hasArms && field === "rank"),
    ),
    add: (row, line) => {
      if (knownRank === undefined && knownSeed === undefined) return gatherer.add(row, line);
      for (const field of fixed) {
        const value = row[field];
        if (typeof value === "number" && value !== run[field])
          return reject(line, `${field} must be ${run[field]}, that of ${owner}, got ${value}`);
      }
      gatherer.add(
        {
          ...row,
          rank: hasArms ? (knownRank ?? row.rank) : (row.rank ?? knownRank),
          seed: row.seed ?? knownSeed,
        },
        line,
      );
    },
    reject,
  };
}
