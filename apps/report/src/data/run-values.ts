import type { RankRow } from "@lorank/evidence/results";
import { type ShownMetric, scoreIn, scoreOf } from "../metric.ts";
import type { Reported } from "../reported.ts";

export interface RunValue {
  readonly rank: number;
  readonly seed?: number;
  /** Run's seed, or if unknown its number within the rank, from 1. */
  readonly number: number;
  /** Metric value of the run; NaN if not reported. */
  readonly value: number;
}

/** Completed runs' values of a metric, from a sweep or a table, by rank and then seed. */
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
