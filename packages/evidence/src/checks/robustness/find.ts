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

/** Checks whether the order of the smallest and the largest rank holds under other settings. */
export const robustness: Find = {
  ofDecision(facts, { trials, otherRates, otherScaling, majorityShare, validationGroups }) {
    const decision = { ...facts, ...(validationGroups ? { validationGroups } : {}) };
    if (otherRates.length === 0 || decision.ranks.length < 2 || !tellsRanksApart(decision)) return {};
    const extra = otherRates;
    return { robustness: robustnessOf({ decision, trials, extra, otherScaling, majorityShare }) };
  },
};

export interface RobustnessInput {
  /** The decision of the sweep, at its own learning rate. */
  readonly decision: ProbedDecision;
  /** The sweep's trials. */
  readonly trials: readonly ProbedTrial[];
  /** Two ranks under one of the sweep's seeds, each at the same multiples of the sweep's rate. */
  readonly extra: readonly ProbedTrial[];
  /** The largest rank under that seed and rsLoRA's scaling. */
  readonly otherScaling?: ProbedTrial | undefined;
  /** Share of the most frequent class among the evaluation examples; absent for causal-lm. */
  readonly majorityShare?: number | undefined;
}

/**
 * Compares the smallest and the largest rank at other learning rates, and the largest under another scaling. A rank
 * that diverges where the other one learns is worse there, and so is one that collapses if the examples show it.
 *
 * Each of these settings has one seed. The noise between seeds is taken from the sweep's comparison of the two ranks,
 * although a larger rate may well have more.
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

/** Size of a layer's first update, up to a factor that ranks share: each of the `rank` directions moves alike. 0 if unknown. */
function firstStep(trial: ProbedTrial): number {
  return trial.spec.lora.rank * (scalingIn(trial) ?? 0);
}

/** Summarises the two ranks in the sweep itself. A rank's status is that of most of its runs. */
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

/** Status of more than half of the runs; `learned` if no status is. */
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

/**
 * Compares the largest rank under rsLoRA's scaling with itself under the sweep's, and with the smallest rank, under one
 * seed. The noise between seeds of the first difference is not measured. As at other learning rates, it is taken from
 * the sweep's difference between the two ranks.
 */
function compareScalings(
  { rslora, smallest, largest }: ProbedScaling,
  decision: ProbedDecision,
  majorityShare: number | undefined,
): RobustnessScaling {
  // Error shared by two sides of two intervals.
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

/** Relabels a trial with another rank: a difference, and its noise, is defined between two ranks. */
function atRank(trial: ProbedTrial, rank: number): ProbedTrial {
  const lora = { ...trial.spec.lora, rank };
  return { ...trial, spec: { ...trial.spec, lora } as TrialSpec };
}
