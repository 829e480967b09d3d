import { renumbered } from "../decide/arm-order.ts";
import { numbersIn } from "../schema/arm-axis.ts";
import { metricOf } from "../schema/metric.ts";
import { meansOf, type Scores, scoreMember } from "../schema/scores.ts";
import type { Decision } from "../schema/types.ts";
import type { ReadRuns } from "./read-runs.ts";

/** Scores of a run. Table runs may have no known seed. */
interface ScoresOfRun extends Scores {
  readonly rank: number;
  readonly seed?: number;
}

/**
 * Run scores behind a decision on `read`; where ranks have several learning rates, at the chosen rate. Arms have the
 * decision's numbers.
 */
export function scoresOfRuns(
  read: ReadRuns,
  { metric, runScores, axis }: Pick<Decision, "metric" | "runScores" | "axis">,
): ScoresOfRun[] {
  const numberOf = numbersIn(axis, read.axis);
  if (read.kind === "outcomes")
    return read.cells.map(({ rank, seed, ...outcomes }) => ({
      ...{ rank: numberOf(rank), seed },
      ...meansOf(outcomes, metric),
    }));
  const rateOf = new Map(runScores?.rates?.map(({ rank, rate }) => [rank, rate]));
  return renumbered(read.runs, numberOf)
    .filter(({ rank, rate }) => !rateOf.has(rank) || rateOf.get(rank) === rate)
    .map(({ rank, seed, score }) => ({
      rank,
      ...(seed === undefined ? {} : { seed }),
      ...scoreMember(metricOf(metric), score),
    }));
}
