import type { RankRow } from "@lorank/evidence/results";
import { type ShownMetric, scoreIn, scoreOf } from "../metric.ts";
import type { Reported } from "../reported.ts";

/** Score of one run, for a dot. */
export interface RunValue {
  readonly rank: number;
  /** Absent if unknown. */
  readonly seed?: number;
  /** The seed, or the number of the run within its rank, from 1. */
  readonly number: number;
  /** NaN if the run does not report it. */
  readonly value: number;
}

/** Completed runs by one metric: a sweep's trials, or the runs of a table. By rank, then seed. */
export function runValues(
  rows: readonly RankRow[],
  metric: ShownMetric,
  { runs = [] }: Pick<Reported, "runs"> = {},
): RunValue[] {
  return rows.flatMap(({ rank, completed }) => [
    ...completed.map((trial): RunValue => {
      const { seed } = trial.spec;
      return { rank, seed, number: seed, value: scoreOf(trial, metric) };
    }),
    ...runs
      .filter((run) => run.rank === rank)
      .sort((a, b) => (a.seed ?? 0) - (b.seed ?? 0))
      .map((run, index): RunValue => {
        const { seed } = run;
        const value = scoreIn(run, metric) ?? Number.NaN;
        return seed === undefined ? { rank, number: index + 1, value } : { rank, seed, number: seed, value };
      }),
  ]);
}
