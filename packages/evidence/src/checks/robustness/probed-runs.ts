import { InputError, scalingOf } from "@lorank/core";
import { ascending } from "../../decide/outcomes.ts";
import { metricOf } from "../../schema/metric.ts";
import { scoreOf } from "../../schema/scores.ts";
import type { MetricName, RobustnessRate, RobustnessRun, TrialResult } from "../../schema/types.ts";
import { hasCollapsed } from "../training-loss.ts";
import type { OneSeedDifference } from "./one-seed-difference.ts";

export type ProbedTrial = Pick<TrialResult, "spec" | "status" | "evaluation" | "lossCurve">;

export interface ProbedPair {
  readonly factor: number;
  readonly smallest: ProbedTrial;
  readonly largest: ProbedTrial;
}

export interface Probe {
  readonly seed: number;
  readonly smallestRank: number;
  readonly largestRank: number;
  readonly pairs: readonly ProbedPair[];
}

/** Pairs probe runs by learning rate. @throws InputError `E_ROBUSTNESS` when the runs are not a probe of the sweep. */
export function probeOf(trials: readonly ProbedTrial[], extra: readonly ProbedTrial[]): Probe {
  const ranks = ascending(extra.map(({ spec }) => spec.lora.rank));
  const seeds = ascending(extra.map(({ spec }) => spec.seed));
  must(ranks.length === 2, "two ranks", `ranks [${ranks.join(", ")}]`);
  must(seeds.length === 1, "one seed", `seeds [${seeds.join(", ")}]`);
  const [smallestRank, largestRank] = ranks as [number, number];
  const seed = seeds[0]!;
  const byFactor = new Map<string, ProbedTrial[]>();
  for (const trial of extra) {
    const { rank } = trial.spec.lora;
    const own = trials.find(({ spec }) => spec.lora.rank === rank && spec.seed === seed);
    must(own !== undefined, "runs of the sweep's ranks and seeds", `rank ${rank}, seed ${seed}`);
    const factor = learningRateOf(trial) / learningRateOf(own!);
    // Factors are rounded, as divided rates are inexact: 0.003 / 3 / 0.003 is not 1 / 3.
    const key = factor.toPrecision(6);
    byFactor.set(key, [...(byFactor.get(key) ?? []), trial]);
  }
  const pairs = [...byFactor].map(([key, found]) => {
    const smallest = found.find(({ spec }) => spec.lora.rank === smallestRank);
    const largest = found.find(({ spec }) => spec.lora.rank === largestRank);
    must(found.length === 2 && smallest !== undefined && largest !== undefined, pairRule, `factor ${key}`);
    must(Number(key) !== 1, "at other learning rates than the sweep", `factor ${key}`);
    return { factor: Number(key), smallest: smallest!, largest: largest! };
  });
  return { seed, smallestRank, largestRank, pairs };
}

export interface ProbedScaling {
  readonly rslora: ProbedTrial;
  readonly smallest: ProbedTrial;
  readonly largest: ProbedTrial;
}

/**
 * Pairs the rsLoRA run with the sweep's smallest and largest rank under that seed. @throws InputError `E_ROBUSTNESS`
 * when `rslora` is no such run.
 */
export function scalingProbeOf(
  trials: readonly ProbedTrial[],
  rslora: ProbedTrial,
  { seed, smallestRank, largestRank }: Omit<Probe, "pairs">,
): ProbedScaling {
  const { spec } = rslora;
  const [smallest, largest] = [smallestRank, largestRank].map((rank) =>
    trials.find((trial) => trial.spec.lora.rank === rank && trial.spec.seed === seed),
  );
  const isProbe =
    spec.lora.rank === largestRank &&
    spec.seed === seed &&
    spec.lora.scalingRule === "rslora" &&
    largest?.spec.lora.scalingRule === "lora";
  if (isProbe && smallest && largest) return { rslora, smallest, largest };
  throw new InputError(
    "E_ROBUSTNESS",
    `otherScaling must be rank ${largestRank} with rsLoRA's scaling in a sweep without it, under seed ${seed}, ` +
      `got rank ${spec.lora.rank}, scaling ${spec.lora.scalingRule}, seed ${spec.seed}`,
  );
}

/** Factor on B·A; undefined if another trainer does not report alpha. */
export function scalingIn({ spec: { lora } }: Pick<ProbedTrial, "spec">): number | undefined {
  const { rank, alpha, scalingRule = "lora" } = lora;
  return alpha === undefined ? undefined : scalingOf(scalingRule, alpha, rank);
}

/** Learning rate of a trial. @throws InputError `E_ROBUSTNESS` if the trainer does not report it. */
export function learningRateOf({ spec }: Pick<ProbedTrial, "spec">): number {
  const { learningRate } = spec.optimizer;
  must(learningRate !== undefined, "runs with a learning rate", "one without");
  return learningRate!;
}

const pairRule = "each rank once at each multiple of the sweep's learning rate";

function must(holds: boolean, rule: string, value: string): void {
  if (!holds) throw new InputError("E_ROBUSTNESS", `extra must be ${rule}, got ${value}`);
}

export function runOf(
  trial: ProbedTrial,
  metric: MetricName,
  majorityShare: number | undefined,
): RobustnessRun {
  const { status, evaluation } = trial;
  const quality = evaluation && scoreOf(evaluation, metricOf(metric));
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

/** Better rank, if either failed where the other learned. A collapse must also show in the examples. */
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

/** Failure that a wrong learning rate can explain, unlike running out of memory. */
export function failed({ status }: RobustnessRun): boolean {
  return status === "collapsed" || status === "diverged";
}
