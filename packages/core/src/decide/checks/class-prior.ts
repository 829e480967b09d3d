import { isBehindPrior } from "../../results/behind-prior.ts";
import type { DecisionFacts } from "../../results/decision-facts.ts";
import { largestDifference, type Metric, marginBy } from "../../results/metric.ts";
import { intervalMember, scoreMember } from "../../results/scores.ts";
import type {
  CheckMembers,
  ClassPriorComparison,
  FaultyTraining,
  Interval,
  PriorAdvantage,
  TrainingFault,
  TrialResult,
} from "../../results/types.ts";
import { mean } from "../../statistics/mean.ts";
import { type ClassPrior, priorValues } from "../class-prior-loss.ts";
import { advantages, metricMatrix } from "../compare.ts";
import { fitCrossed } from "../interval/components.ts";
import { halfWidth, tailFactors } from "../interval/half-width.ts";
import { metricsOf } from "../outcomes.ts";
import type { PairedDesign } from "../paired-design.ts";
import type { DecideSettings } from "../settings.ts";
import type { DecisionCheck } from "./check.ts";
import { lossRose } from "./collapsed.ts";

/** Tells whether any rank has learned more than the shares of the classes; if none has, why not. */
export const classPrior: DecisionCheck = {
  ofRuns(design, runs, settings) {
    if (runs?.prior === undefined || design.ranks.length === 0) return undefined;
    const members = { classPrior: comparePrior(design, runs.prior, settings) };
    return { forbids: isBehindPrior(members) ? ["rank"] : [], members };
  },
  ofDecision: (decision, { trials }) => faultMembers(decision, trials),
};

/** An advantage of no more than this may be rounding: log losses come from float32. A constant answer can tie exactly. */
const rounding = 1e-6;

/**
 * Whether any rank of the design is better than the class prior, by any metric that its outcomes have.
 *
 * A rank is compared as with another rank, example by example: d[e] = mean over its seeds of metric(run) − metric(prior),
 * positive when the run is better. The examples are a sample. The seeds are not: asked is whether these runs have
 * learned, and runs that have stay so when another has not. So the interval is the one of one seed, at the tail
 * (1 − confidence) / 2 / (ranks · metrics).
 */
export function comparePrior(
  design: PairedDesign,
  prior: ClassPrior,
  options: DecideSettings,
): ClassPriorComparison {
  const metrics = metricsOf(design.cells.flat(), options.metric);
  const factors = tailFactors(
    prior.correct.length,
    (1 - options.confidence) / (2 * design.ranks.length * metrics.length),
  );
  const against = (index: number, by: Metric): { by: Metric; mean: number; interval: Interval } => {
    const runs = metricMatrix(design, index, by.name);
    const differences = advantages(
      runs,
      runs.map(() => priorValues(prior, by.name)),
      by.name,
    );
    const fit = fitCrossed([meanOver(differences)]);
    const width = halfWidth(fit, factors, largestDifference(by));
    return { by, mean: fit.mean, interval: [fit.mean - width, fit.mean + width] };
  };
  const compared = design.ranks.map((_, index) => metrics.map((metric) => against(index, metric)));
  const ranks = design.ranks.map((rank, index): PriorAdvantage => {
    const each = compared[index]!;
    const scores = each.map(({ by, mean, interval }) => ({
      ...scoreMember(by, mean),
      ...intervalMember(by, by.field && `${by.field}Interval`, interval),
    }));
    return Object.assign({ rank }, ...scores, {
      isBetter: each.some(({ interval }) => interval[0] > rounding),
    });
  });
  const isNone = compared.flat().every(({ by, interval }) => interval[1] <= marginBy(by, options));
  const isExcluded = prior.source !== "agreement" && isNone;
  return {
    accuracy: mean(prior.correct),
    logLoss: mean(prior.logLoss),
    source: prior.source,
    state: ranks.some(({ isBetter }) => isBetter) ? "better" : isExcluded ? "not-better" : "unclear",
    ranks,
  };
}

/** `[seeds, examples]` to `[examples]` */
function meanOver(matrix: readonly Float64Array[]): Float64Array {
  return matrix[0]!.map((_, e) => matrix.reduce((sum, row) => sum + row[e]!, 0) / matrix.length);
}

/** The part of a trial's result that tells why it learned nothing. */
export type FaultyTrial = Pick<TrialResult, "spec" | "status" | "lossCurve" | "divergedAtStep">;

/**
 * Why training taught nothing: see {@link TrainingFault}. Undefined where a rank is better than the class prior, where
 * nothing is known of the classes, and without loss curves. `decision` has the state of each rank's training.
 */
export function faultOf(decision: DecisionFacts, trials: readonly FaultyTrial[]): TrainingFault | undefined {
  const { classPrior, ranks, convergence = [] } = decision;
  const failed = trials.filter(({ status }) => status === "diverged");
  const diverged = failed.filter((trial) => !isSpoiltAtStart(trial));
  if (ranks.length === 0) {
    if (failed.length * 2 <= trials.length) return undefined;
    return diverged.length * 2 >= failed.length ? "rate-too-high" : "unknown";
  }
  if (!isBehindPrior(decision)) return undefined;
  const completed = trials.filter(({ status, lossCurve }) => status === "completed" && lossCurve.length > 0);
  if (completed.length === 0) return undefined;
  const risen = diverged.length + completed.filter(lossRose).length;
  if (2 * risen >= diverged.length + completed.length) return "rate-too-high";
  const lines = convergence.filter(({ fall }) => fall !== undefined);
  const isBelowPrior = lines.some(({ epochs, trainLoss }) => epochs > 1 && trainLoss! < classPrior!.logLoss);
  if (isBelowPrior) return "memorising";
  const isFalling = lines.some(({ interval }) => interval![0] > 0);
  return isFalling || lines.length === 0 ? "too-short" : "unknown";
}

/**
 * AdamW's first update of a weight is at most the learning rate. So it is the loss or its gradient that was not finite, and
 * both are of the weights and examples that training began with.
 */
function isSpoiltAtStart({ status, divergedAtStep, lossCurve }: FaultyTrial): boolean {
  return status === "diverged" && divergedAtStep === 1 && lossCurve.length === 0;
}

function faultMembers(decision: DecisionFacts, trials: readonly FaultyTrial[]): CheckMembers {
  const fault = faultOf(decision, trials);
  return fault === undefined ? {} : { fault, faultyTraining: trainingOf(trials) };
}

function trainingOf(trials: readonly FaultyTrial[]): FaultyTraining {
  const { spec, lossCurve } = trials[0]!;
  const { learningRate, epochs } = spec.optimizer;
  const divergedAtStart = trials.filter(isSpoiltAtStart).length;
  return {
    ...(learningRate === undefined ? {} : { learningRate }),
    ...(epochs === undefined ? {} : { epochs }),
    steps: lossCurve.length,
    diverged: trials.filter(({ status }) => status === "diverged").length,
    ...(divergedAtStart > 0 ? { divergedAtStart } : {}),
  };
}
