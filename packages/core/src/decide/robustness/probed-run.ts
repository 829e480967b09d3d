import { metrics } from "../../results/metric.ts";
import type { MetricName, RobustnessRate, RobustnessRun } from "../../results/types.ts";
import { hasCollapsed } from "../collapsed.ts";
import type { OneSeedDifference } from "./one-seed-difference.ts";
import { learningRateOf, type ProbedTrial } from "./robustness-runs.ts";

/** What became of a trial. */
export function runOf(
  trial: ProbedTrial,
  metric: MetricName,
  majorityShare: number | undefined,
): RobustnessRun {
  const { status, evaluation } = trial;
  const quality = evaluation && metrics[metric].scoreOf(evaluation);
  return {
    learningRate: learningRateOf(trial),
    status: statusOf(trial, majorityShare),
    ...(status === "completed" && quality !== undefined ? { quality } : {}),
  };
}

export function statusOf(trial: ProbedTrial, majorityShare: number | undefined): RobustnessRun["status"] {
  if (trial.status !== "completed") return trial.status;
  return hasCollapsed(trial, majorityShare) ? "collapsed" : "learned";
}

/**
 * A run that failed where the other one learned is worse. Of a collapse the examples alone must show it, for a run may
 * lie on the border of knowing nothing; noise between seeds is no rival explanation of it.
 */
export function betterOf(
  smallest: RobustnessRun,
  largest: RobustnessRun,
  measured: OneSeedDifference | undefined,
): RobustnessRate["better"] {
  if (failed(smallest) !== failed(largest)) {
    const winner = failed(smallest) ? "largest" : "smallest";
    if ((winner === "largest" ? largest : smallest).status !== "learned") return undefined;
    if (!measured) return winner;
    const lead = winner === "largest" ? measured.advantage : -measured.advantage;
    return lead > measured.examplesWidth ? winner : undefined;
  }
  if (failed(smallest) || !measured?.coversSeeds) return undefined;
  const [low, high] = measured.interval;
  return low > 0 ? "largest" : high < 0 ? "smallest" : undefined;
}

/** A run that a wrong rate can explain; memory has nothing to do with the rate. */
export function failed({ status }: RobustnessRun): boolean {
  return status === "collapsed" || status === "diverged";
}
