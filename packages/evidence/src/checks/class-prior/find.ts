import {
  type ClassPrior,
  constantValues,
  priorOfAgreement,
  priorValues,
} from "../../decide/class-prior-loss.ts";
import { advantages, metricMatrix } from "../../decide/compare.ts";
import { fitCrossed } from "../../decide/interval/components.ts";
import { sampleOf } from "../../decide/interval/example-sample.ts";
import { halfWidth, tailFactors } from "../../decide/interval/half-width.ts";
import { metricsOf, type OutcomeTable } from "../../decide/outcomes.ts";
import type { PairedDesign } from "../../decide/paired-design.ts";
import type { DecideSettings } from "../../decide/settings.ts";
import type { DecisionFacts } from "../../schema/decision-facts.ts";
import { largestDifference, type Metric, marginBy, metricOf } from "../../schema/metric.ts";
import { isBehindPrior } from "../../schema/rank-to-use.ts";
import { intervalMember, largestIn, scoreMember } from "../../schema/scores.ts";
import type {
  CheckMembers,
  ClassPriorComparison,
  FaultyTraining,
  Interval,
  PriorAdvantage,
  TrainingFault,
  TrialResult,
} from "../../schema/types.ts";
import { mean } from "../../statistics/averages.ts";
import type { Find } from "../find.ts";
import { lossRose } from "../training-loss.ts";

/** Compares ranks with the class prior and, if none beats it, finds the training fault. */
export const classPrior: Find = {
  ofRuns(design, runs, settings) {
    const prior = runs.prior ?? agreementOf(runs, settings);
    if (prior === undefined || design.ranks.length === 0) return undefined;
    const members = { classPrior: comparePrior(design, prior, settings) };
    return { forbids: isBehindPrior(members) ? ["rank"] : [], members };
  },
  ofDecision: (decision, { trials }) => faultMembers(decision, trials),
};

/** Class prior from runs that agree. A class that is never right gives no prior for log losses. */
function agreementOf({ cells }: OutcomeTable, { metric }: DecideSettings): ClassPrior | undefined {
  const found = priorOfAgreement(cells);
  const isByLogLoss = metricOf(metric).column === "logLoss";
  return isByLogLoss && found?.correct.every((right) => right === 0) ? undefined : found;
}

/** Advantage over the class prior that the interval must exceed. Constant answers tie up to float32 rounding. */
const rounding = 1e-6;

/**
 * Compares each rank with the class prior by every metric.
 *
 * d[e] = mean over the rank's seeds of metric(run) − metric(prior), positive if the run is better. Only examples are a
 * sample: the claim is about these runs. Intervals are as for a single seed, at the tail (1 − confidence) / 2 / (ranks
 * · metrics).
 */
export function comparePrior(
  design: PairedDesign,
  prior: ClassPrior,
  options: Omit<DecideSettings, "power">,
): ClassPriorComparison {
  const metrics = metricsOf(design.cells.flat(), options.metric);
  const cell = design.cells[0]![0]!;
  const tail = (1 - options.confidence) / (2 * design.ranks.length * metrics.length);
  const against = (index: number, by: Metric): { by: Metric; mean: number; interval: Interval } => {
    const runs = metricMatrix(design, index, by.name);
    const ofPrior = by.set === undefined ? priorValues(prior, by.name) : constantValues(cell, by);
    const differences = advantages(
      runs,
      runs.map(() => ofPrior),
      by.name,
    );
    const sample = sampleOf(cell, by);
    const fit = fitCrossed([meanOver(differences)], sample);
    const width = Math.min(
      halfWidth(fit, tailFactors(sample, tail), largestIn(cell, by)),
      largestDifference(by) || Infinity,
    );
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

/** Averages a matrix over seeds: `[seeds, examples]` to `[examples]`. */
function meanOver(matrix: readonly Float64Array[]): Float64Array {
  return matrix[0]!.map((_, e) => matrix.reduce((sum, row) => sum + row[e]!, 0) / matrix.length);
}

export type FaultyTrial = Pick<TrialResult, "spec" | "status" | "lossCurve" | "divergedAtStep">;

/**
 * Finds why training taught nothing. `decision` must have each rank's convergence. Undefined if a rank beats the class
 * prior, if classes are unknown, or without loss curves.
 */
function faultOf(decision: DecisionFacts, trials: readonly FaultyTrial[]): TrainingFault | undefined {
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
  const knowsClasses = classPrior!.source !== "agreement";
  const isBelowPrior =
    knowsClasses && lines.some(({ epochs, trainLoss }) => epochs > 1 && trainLoss! < classPrior!.logLoss);
  if (isBelowPrior) return "memorising";
  const isFalling = lines.some(({ interval }) => interval![0] > 0);
  return isFalling || lines.length === 0 ? "too-short" : "unknown";
}

/** Tells whether a run diverged before its first update, for which no learning rate is to blame. */
function isSpoiltAtStart({ status, divergedAtStep, lossCurve }: FaultyTrial): boolean {
  return status === "diverged" && divergedAtStep === 1 && lossCurve.length === 0;
}

function faultMembers(decision: DecisionFacts, trials: readonly FaultyTrial[]): CheckMembers {
  const fault = faultOf(decision, trials);
  return fault === undefined
    ? {}
    : { fault, faultyTraining: trainingOf(trials, decision.axis !== undefined) };
}

/** @param mayDiffer true if trials may have unlike settings, as those of arms. */
function trainingOf(trials: readonly FaultyTrial[], mayDiffer: boolean): FaultyTraining {
  const all = mayDiffer ? trials : trials.slice(0, 1);
  const [learningRate, epochs] = (["learningRate", "epochs"] as const).map((setting) => {
    const [value, ...others] = new Set(all.map(({ spec }) => spec.optimizer[setting]));
    return others.length > 0 ? undefined : value;
  });
  const divergedAtStart = trials.filter(isSpoiltAtStart).length;
  return {
    ...(learningRate === undefined ? {} : { learningRate }),
    ...(epochs === undefined ? {} : { epochs }),
    steps: Math.max(...all.map(({ lossCurve }) => lossCurve.length)),
    diverged: trials.filter(({ status }) => status === "diverged").length,
    ...(divergedAtStart > 0 ? { divergedAtStart } : {}),
  };
}
