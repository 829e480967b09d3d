import { assertOptions, type OptionNames } from "@lorank/core";
import type { ArmAxis } from "../schema/arm-types.ts";
import { metricsBeside } from "../schema/metric.ts";
import type { ExampleOutcomes } from "../schema/scores.ts";
import type { CheckedTrialMembers, LeftOutRun, Metric, MetricName } from "../schema/types.ts";
import type { ClassPrior } from "./class-prior-loss.ts";

/** Outcomes of a run by example, in table order. */
export interface OutcomeCell extends ExampleOutcomes, CheckedTrialMembers {
  readonly rank: number;
  readonly seed: number;
  /** Training loss by step; tells runs that are right on the same examples apart. */
  readonly trainLosses?: ArrayLike<number>;
  /** Run start, in milliseconds since 1970. */
  readonly startedAt?: number;
  /** Values in secondary outcomes. */
  readonly secondary?: readonly SecondaryOfRun[];
}

/** Values of a run in a secondary outcome, on examples of its own. */
export interface SecondaryOfRun {
  readonly name: string;
  readonly values: ArrayLike<number>;
  /** Group numbers by example, from 0; absent if examples are independent. */
  readonly groups?: ArrayLike<number>;
}

export function metricsOf(cells: readonly ExampleOutcomes[], metric: MetricName): readonly Metric[] {
  return metricsBeside(metric).filter(({ column }) => cells.every((cell) => cell[column] !== undefined));
}

export type FailedRun = LeftOutRun;

export interface RunTable<Run = { readonly rank: number; readonly seed: number }> {
  /** Every rank tried, ascending. */
  readonly ranks: readonly number[];
  /** Every seed tried, ascending. */
  readonly seeds: readonly number[];
  /** Completed runs, at most one per rank and seed. */
  readonly cells: readonly Run[];
  readonly failures: readonly FailedRun[];
}

/** Outcomes of all runs, built by `outcomesFromTrials`, `outcomesFromRows` or an `OutcomeGatherer`. */
export interface OutcomeTable extends RunTable<OutcomeCell> {
  readonly examples: number;
  /** Class prior; absent if classes do not exist or are unknown. */
  readonly prior?: ClassPrior | undefined;
  /** Names of the classes, by number; the last of two is the positive one. Absent unless a metric needs them. */
  readonly classes?: readonly string[] | undefined;
  /** Examples left out of all runs because some run lacks them; absent if 0. */
  readonly leftOut?: number;
  /** Arms in place of ranks. */
  readonly axis?: ArmAxis | undefined;
}

export const outcomeNames: OptionNames<OutcomeTable> = {
  ranks: true,
  seeds: true,
  cells: true,
  failures: true,
  examples: true,
  prior: false,
  classes: false,
  leftOut: false,
  axis: false,
};

/** Checks that an object is an {@link OutcomeTable}, not raw rows. @throws InputError as {@link assertOptions}. */
export function assertOutcomes(outcomes: OutcomeTable): void {
  assertOptions(outcomes, "the table of outcomes", outcomeNames);
}

export function outcomeTable(
  cells: readonly OutcomeCell[],
  failures: readonly FailedRun[],
  examples: number,
): OutcomeTable {
  return { ...runTable(cells, failures), examples };
}

/** Run table by rank and seed; runs absent from the grid become failures with status `missing`. */
export function runTable<Run extends { readonly rank: number; readonly seed: number }>(
  cells: readonly Run[],
  failures: readonly FailedRun[] = [],
): RunTable<Run> {
  const runs = [...cells, ...failures];
  const ranks = ascending(runs.map((run) => run.rank));
  const seeds = ascending(runs.map((run) => run.seed));
  const present = new Set(runs.map(({ rank, seed }) => `${rank} ${seed}`));
  const missing: FailedRun[] = [];
  for (const rank of ranks) {
    for (const seed of seeds) {
      if (!present.has(`${rank} ${seed}`)) missing.push({ rank, seed, status: "missing" });
    }
  }
  return { ranks, seeds, cells, failures: [...failures, ...missing] };
}

export function partOf(
  table: OutcomeTable,
  ranks: readonly number[],
  seeds: readonly number[],
): OutcomeTable {
  const isIn = ({ rank, seed }: { rank: number; seed: number }): boolean =>
    ranks.includes(rank) && seeds.includes(seed);
  return {
    ranks: table.ranks.filter((rank) => ranks.includes(rank)),
    seeds: table.seeds.filter((seed) => seeds.includes(seed)),
    examples: table.examples,
    cells: table.cells.filter(isIn),
    failures: table.failures.filter(isIn),
    ...(table.axis === undefined ? {} : { axis: table.axis }),
    ...(table.classes === undefined ? {} : { classes: table.classes }),
  };
}

export function hasRun(outcomes: OutcomeTable, ranks: readonly number[], seeds: readonly number[]): boolean {
  const ran = new Set(
    [...outcomes.cells, ...outcomes.failures.filter(({ status }) => status !== "missing")].map(
      ({ rank, seed }) => `${rank} ${seed}`,
    ),
  );
  return ranks.every((rank) => seeds.every((seed) => ran.has(`${rank} ${seed}`)));
}

export function ascending(values: readonly number[]): number[] {
  return [...new Set(values)].sort((a, b) => a - b);
}
