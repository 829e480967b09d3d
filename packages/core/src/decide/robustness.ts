import { InputError } from "../errors.ts";
import type {
  Decision,
  Interval,
  MetricName,
  PairSummary,
  Robustness,
  RobustnessRate,
  RobustnessRun,
  TrialResult,
} from "../results/types.ts";
import { scalingOf } from "../scaling.ts";
import { quantileOfUpperTail } from "../statistics/student-t.ts";
import { squaredWidth } from "./calibration.ts";
import { hasCollapsed } from "./collapsed.ts";
import { compareRanks } from "./compare.ts";
import { seedFactor, unseenRate, unseenSquare } from "./half-width.ts";
import { outcomesFromTrials } from "./outcomes.ts";
import { pairedDesign } from "./paired-design.ts";

/** The part of a trial's result that the probe reads. */
export type ProbedTrial = Pick<TrialResult, "spec" | "status" | "evaluation" | "lossCurve">;

export interface RobustnessInput {
  /** Of the sweep, at its own learning rate. */
  readonly decision: Decision;
  /** The sweep's trials. */
  readonly trials: readonly ProbedTrial[];
  /** Two ranks under one of the sweep's seeds, each at the same multiples of the sweep's rate. */
  readonly extra: readonly ProbedTrial[];
  /** Share of the most frequent class among the evaluation examples; absent for causal-lm. */
  readonly majorityShare?: number;
}

/**
 * Compares the smallest and the largest rank at other learning rates. At each of them there is one seed, so the interval
 * takes the noise between seeds from the sweep's own comparison of the two ranks, as if it were the same at all rates; a
 * larger rate may well have more. A rank that collapses or diverges where the other one learns is worse there, whatever
 * the interval says.
 *
 * @throws InputError `E_ROBUSTNESS` when `extra` is not a probe of the sweep.
 */
export function robustnessOf(input: RobustnessInput): Robustness {
  const { decision, trials, extra, majorityShare } = input;
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
  return { seed, smallestRank, largestRank, rates, order: orderOf(rates), stepGrowsWithRank };
}

interface Probe {
  readonly seed: number;
  readonly smallestRank: number;
  readonly largestRank: number;
  readonly pairs: readonly { factor: number; smallest: ProbedTrial; largest: ProbedTrial }[];
}

function probeOf(trials: readonly ProbedTrial[], extra: readonly ProbedTrial[]): Probe {
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
    const factor = trial.spec.optimizer.learningRate / own!.spec.optimizer.learningRate;
    // Rates come from divisions: 0.003 / 3 / 0.003 is not 1 / 3.
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

const pairRule = "each rank once at each multiple of the sweep's learning rate";

function must(holds: boolean, rule: string, value: string): void {
  if (!holds) throw new InputError("E_ROBUSTNESS", `extra must be ${rule}, got ${value}`);
}

function ascending(values: readonly number[]): number[] {
  return [...new Set(values)].sort((a, b) => a - b);
}

function runOf(trial: ProbedTrial, metric: MetricName, majorityShare: number | undefined): RobustnessRun {
  const { spec, status, evaluation } = trial;
  return {
    learningRate: spec.optimizer.learningRate,
    status: statusOf(trial, majorityShare),
    ...(status === "completed" && evaluation ? { quality: qualityOf(evaluation, metric) } : {}),
  };
}

function statusOf(trial: ProbedTrial, majorityShare: number | undefined): RobustnessRun["status"] {
  if (trial.status !== "completed") return trial.status;
  return hasCollapsed(trial, majorityShare) ? "collapsed" : "learned";
}

function qualityOf({ accuracy, logLoss }: { accuracy: number; logLoss: number }, metric: MetricName): number {
  return metric === "accuracy" ? accuracy : logLoss;
}

/** What the first step does to a layer, but for a factor that ranks share: each of the `rank` directions moves alike. */
function firstStep({ spec: { lora } }: ProbedTrial): number {
  return lora.rank * scalingOf(lora.scalingRule, lora.alpha, lora.rank);
}

interface Difference {
  /** Of the largest rank. */
  readonly advantage: number;
  readonly interval: Interval;
  /** Half-width for the examples alone, without the noise between seeds. */
  readonly examplesWidth: number;
  /** The interval covers the noise between seeds. */
  readonly coversSeeds: boolean;
}

/**
 * A difference under one new seed. Its variance is that of the sweep's mean over S seeds but for the factor 1/S, and the
 * sweep knows the seeds' part of it with S - 1 degrees of freedom: `squaredWidth` holds for it as it stands. The noise of
 * the examples is measured here; how much of it is residual is taken from the sweep.
 */
function oneSeedDifference(
  smallest: ProbedTrial,
  largest: ProbedTrial,
  { metric, confidence, seeds, pairs = [] }: Decision,
  tail: number,
): Difference {
  const design = pairedDesign(outcomesFromTrials([smallest, largest]));
  const { fit, unit } = compareRanks(design, metric, confidence).pairs[0]!;
  const { examples } = fit;
  const own = pairs.find(isOf(smallest.spec.lora.rank, largest.spec.lora.rank));
  const { example = 0, residual = 0, seed } = own?.variance ?? {};
  const exampleFactor = quantileOfUpperTail(tail, examples - 1);
  const share = example + residual > 0 ? residual / (example + residual) : 0;
  const noise = fit.components.example / examples;
  const square = squaredWidth({
    examplePart: (1 - share) * noise,
    residualPart: share * noise,
    seedFactor: seedFactor(seeds, tail),
    exampleFactor,
    seeds,
    tail,
  })((seed ?? 0) + share * noise);
  const unseen = unseenSquare(unit, unseenRate(examples, tail), fit.differing);
  const width = Math.sqrt(square + unseen);
  // The first of the pair is the smaller rank. 0 - x, because -0 would be printed.
  const advantage = 0 - fit.mean;
  return {
    advantage,
    interval: [advantage - width, advantage + width],
    examplesWidth: Math.sqrt(exampleFactor ** 2 * noise + unseen),
    coversSeeds: seed !== undefined,
  };
}

function isOf(first: number, second: number): (pair: PairSummary) => boolean {
  return (pair) => pair.first === first && pair.second === second;
}

/** The two ranks in the sweep itself. A rank did as most of its runs did. */
function sweepRate(
  { decision, trials, majorityShare }: RobustnessInput,
  smallestRank: number,
  largestRank: number,
): RobustnessRate {
  const runs = [smallestRank, largestRank].map((rank): RobustnessRun => {
    const own = trials.filter(({ spec }) => spec.lora.rank === rank);
    const summary = decision.ranks.find((candidate) => candidate.rank === rank);
    const quality = decision.metric === "accuracy" ? summary?.accuracy : summary?.logLoss;
    return {
      learningRate: own[0]!.spec.optimizer.learningRate,
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

/** What more than half of the runs came to; without such a thing they learned, more or less. */
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
  measured: Difference | undefined,
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

/**
 * A run that failed where the other one learned is worse. Of a collapse the examples alone must show it, for a run may
 * lie on the border of knowing nothing; noise between seeds is no rival explanation of it.
 */
function betterOf(
  smallest: RobustnessRun,
  largest: RobustnessRun,
  measured: Difference | undefined,
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
function failed({ status }: RobustnessRun): boolean {
  return status === "collapsed" || status === "diverged";
}

function orderOf(rates: readonly RobustnessRate[]): Robustness["order"] {
  const better = rates.map((rate) => rate.better);
  if (better.includes("smallest") && better.includes("largest")) return "flips";
  if (rates.some(({ smallest, largest, better }) => better && (failed(smallest) || failed(largest))))
    return "breaks";
  return better.every((side) => side !== undefined) ? "kept" : "unclear";
}
