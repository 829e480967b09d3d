import { metricOf } from "../../schema/metric.ts";
import { tellsRanksApart } from "../../schema/rank-to-use.ts";
import { scoreIn } from "../../schema/scores.ts";
import type {
  Robustness,
  RobustnessRate,
  RobustnessRun,
  RobustnessScaling,
  TrialSpec,
} from "../../schema/types.ts";
import type { Find } from "../find.ts";
import {
  isOf,
  type OneSeedDifference,
  oneSeedDifference,
  type ProbedDecision,
} from "./one-seed-difference.ts";
import {
  betterOf,
  failed,
  learningRateOf,
  type ProbedScaling,
  type ProbedTrial,
  probeOf,
  runOf,
  scalingIn,
  scalingProbeOf,
  statusOf,
} from "./probed-runs.ts";

/** Compares the smallest and the largest rank under other settings. */
export const robustness: Find = {
  ofDecision(facts, { trials, otherRates, otherScaling, majorityShare, validationGroups }) {
    const decision = { ...facts, ...(validationGroups ? { validationGroups } : {}) };
    if (otherRates.length === 0 || decision.ranks.length < 2 || !tellsRanksApart(decision)) return {};
    const extra = otherRates;
    return { robustness: robustnessOf({ decision, trials, extra, otherScaling, majorityShare }) };
  },
};

export interface RobustnessInput {
  readonly decision: ProbedDecision;
  readonly trials: readonly ProbedTrial[];
  /** Trials of the smallest and largest rank under a single seed, at multiples of their learning rate. */
  readonly extra: readonly ProbedTrial[];
  /** Trial of the largest rank under the same seed and rsLoRA's scaling. */
  readonly otherScaling?: ProbedTrial | undefined;
  readonly majorityShare?: number | undefined;
}

/**
 * Compares smallest and largest rank at other learning rates, and the largest under another scaling. A rank is worse if
 * it diverges where the other learns, or collapses and the examples show it. Each setting has a single seed: noise
 * between seeds is the sweep's, although a larger rank may have more.
 *
 * @throws InputError `E_ROBUSTNESS` when `extra` and `otherScaling` are not a probe of the sweep.
 */
export function robustnessOf(input: RobustnessInput): Robustness {
  const { decision, trials, extra, otherScaling, majorityShare } = input;
  const probe = probeOf(trials, extra);
  const { seed, smallestRank, largestRank } = probe;
  const tail = (1 - decision.confidence) / (2 * probe.pairs.length);
  const rates = probe.pairs.map(({ factor, smallest, largest }): RobustnessRate => {
    const runs = [smallest, largest].map((trial) => runOf(trial, decision.metric, majorityShare));
    const [small, large] = runs as [RobustnessRun, RobustnessRun];
    const measured =
      smallest.evaluation && largest.evaluation
        ? oneSeedDifference(smallest, largest, decision, tail)
        : undefined;
    return rateOf(factor, small, large, measured);
  });
  rates.push(sweepRate(input, smallestRank, largestRank));
  rates.sort((a, b) => a.factor - b.factor);
  const { smallest, largest } = probe.pairs[0]!;
  const stepGrowsWithRank = firstStep(largest) > firstStep(smallest) * (1 + 1e-9);
  const found = { seed, smallestRank, largestRank, rates, order: orderOf(rates), stepGrowsWithRank };
  if (otherScaling === undefined) return found;
  const runs = scalingProbeOf(trials, otherScaling, probe);
  return { ...found, scaling: compareScalings(runs, decision, majorityShare) };
}

/** Size of a layer's first update, up to a common factor: all `rank` directions move alike. 0 if unknown. */
function firstStep(trial: ProbedTrial): number {
  return trial.spec.lora.rank * (scalingIn(trial) ?? 0);
}

/** Both ranks at the sweep's own rate, with the status most runs have. */
function sweepRate(
  { decision, trials, majorityShare }: RobustnessInput,
  smallestRank: number,
  largestRank: number,
): RobustnessRate {
  const runs = [smallestRank, largestRank].map((rank): RobustnessRun => {
    const own = trials.filter(({ spec }) => spec.lora.rank === rank);
    const summary = decision.ranks.find((candidate) => candidate.rank === rank);
    const quality = scoreIn(summary, metricOf(decision.metric));
    return {
      learningRate: learningRateOf(own[0]!),
      status: mostOf(own.map((trial) => statusOf(trial, majorityShare))),
      ...(quality === undefined ? {} : { quality }),
    };
  });
  const pair = decision.pairs?.find(isOf(smallestRank, largestRank));
  const measured = pair && {
    advantage: 0 - pair.advantage,
    interval: [0 - pair.interval[1], 0 - pair.interval[0]] as const,
    examplesWidth: (pair.interval[1] - pair.interval[0]) / 2,
    coversSeeds: decision.seeds > 1,
  };
  return rateOf(1, runs[0]!, runs[1]!, measured);
}

function mostOf(statuses: readonly RobustnessRun["status"][]): RobustnessRun["status"] {
  const common = statuses.find(
    (status) => 2 * statuses.filter((other) => other === status).length > statuses.length,
  );
  return common ?? "learned";
}

function rateOf(
  factor: number,
  smallest: RobustnessRun,
  largest: RobustnessRun,
  measured: OneSeedDifference | undefined,
): RobustnessRate {
  const better = betterOf(smallest, largest, measured);
  return {
    factor,
    smallest,
    largest,
    ...(measured ? { advantage: measured.advantage, interval: measured.interval } : {}),
    ...(better ? { better } : {}),
  };
}

function orderOf(rates: readonly RobustnessRate[]): Robustness["order"] {
  const better = rates.map((rate) => rate.better);
  if (better.includes("smallest") && better.includes("largest")) return "flips";
  if (rates.some(({ smallest, largest, better }) => better && (failed(smallest) || failed(largest))))
    return "breaks";
  return better.every((side) => side !== undefined) ? "kept" : "unclear";
}

/** Largest rank under rsLoRA's scaling, against itself and the smallest rank. Noise between seeds is the sweep's. */
function compareScalings(
  { rslora, smallest, largest }: ProbedScaling,
  decision: ProbedDecision,
  majorityShare: number | undefined,
): RobustnessScaling {
  // Tail probability: the allowed error, shared by two sides and two intervals.
  const tail = (1 - decision.confidence) / 4;
  const differenceTo = (other: ProbedTrial): OneSeedDifference | undefined =>
    rslora.evaluation && other.evaluation ? oneSeedDifference(other, rslora, decision, tail) : undefined;
  const overLargest = differenceTo(atRank(largest, smallest.spec.lora.rank));
  const overSmallest = differenceTo(smallest);
  const [own, small, scaled] = [largest, smallest, rslora].map((trial) =>
    runOf(trial, decision.metric, majorityShare),
  ) as [RobustnessRun, RobustnessRun, RobustnessRun];
  const gained = betterOf(own, scaled, overLargest);
  const better = betterOf(small, scaled, overSmallest);
  return {
    alpha: rslora.spec.lora.alpha!,
    ratio: scalingIn(rslora)! / scalingIn(largest)!,
    rslora: scaled,
    smallest: small,
    largest: own,
    ...(overLargest ? { gain: overLargest.advantage } : {}),
    ...(overLargest?.coversSeeds ? { gainInterval: overLargest.interval } : {}),
    ...(gained ? { change: gained === "largest" ? "gains" : "loses" } : {}),
    ...(overSmallest ? { advantage: overSmallest.advantage } : {}),
    ...(overSmallest?.coversSeeds ? { interval: overSmallest.interval } : {}),
    ...(better ? { better } : {}),
  };
}

/** Relabels a trial's rank, since differences are defined between two ranks. */
function atRank(trial: ProbedTrial, rank: number): ProbedTrial {
  const lora = { ...trial.spec.lora, rank };
  return { ...trial, spec: { ...trial.spec, lora } as TrialSpec };
}
