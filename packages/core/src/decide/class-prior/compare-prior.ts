import type { ClassPriorComparison, Interval, MetricName, PriorAdvantage } from "../../results/types.ts";
import { mean } from "../../statistics/mean.ts";
import type { ClassPrior } from "../class-prior-loss.ts";
import { advantages, metricMatrix } from "../compare.ts";
import { fitCrossed } from "../interval/components.ts";
import { halfWidth, tailFactors } from "../interval/half-width.ts";
import type { PairedDesign } from "../paired-design.ts";

/** An advantage of no more than this may be rounding: log losses come from float32. A constant answer can tie exactly. */
const rounding = 1e-6;

export interface ComparePriorOptions {
  readonly confidence: number;
  /** An advantage of no more than this counts as none. */
  readonly margins: Readonly<Record<MetricName, number>>;
}

/**
 * Whether any rank of the design is better than the class prior, in accuracy or in log loss.
 *
 * A rank is compared as with another rank, example by example: d[e] = mean over its seeds of metric(run) − metric(prior),
 * positive when the run is better. The examples are a sample. The seeds are not: asked is whether these runs have
 * learned, and runs that have stay so when another has not. So the interval is the one of one seed, at the tail
 * (1 − confidence) / 2 / (ranks · metrics).
 */
export function comparePrior(
  design: PairedDesign,
  prior: ClassPrior,
  { confidence, margins }: ComparePriorOptions,
): ClassPriorComparison {
  const hasLogLoss = design.cells.every((cells) => cells.every(({ logLoss }) => logLoss));
  const metrics: MetricName[] = hasLogLoss ? ["accuracy", "log-loss"] : ["accuracy"];
  const factors = tailFactors(
    prior.correct.length,
    (1 - confidence) / (2 * design.ranks.length * metrics.length),
  );
  const against = (index: number, by: MetricName): { mean: number; interval: Interval } => {
    const row = by === "accuracy" ? prior.correct : prior.logLoss;
    const runs = metricMatrix(design, index, by);
    const differences = advantages(
      runs,
      runs.map(() => row),
      by,
    );
    const fit = fitCrossed([meanOver(differences)]);
    const width = halfWidth(fit, factors, by === "accuracy" ? 1 : 0);
    return { mean: fit.mean, interval: [fit.mean - width, fit.mean + width] };
  };
  const ranks = design.ranks.map((rank, index): PriorAdvantage => {
    const accuracy = against(index, "accuracy");
    const logLoss = hasLogLoss ? against(index, "log-loss") : undefined;
    return {
      rank,
      accuracy: accuracy.mean,
      accuracyInterval: accuracy.interval,
      ...(logLoss ? { logLoss: logLoss.mean, logLossInterval: logLoss.interval } : {}),
      isBetter: [accuracy, logLoss].some((one) => one !== undefined && one.interval[0] > rounding),
    };
  });
  const isWithin = ({ accuracyInterval, logLossInterval }: PriorAdvantage): boolean =>
    accuracyInterval[1] <= margins.accuracy && (logLossInterval?.[1] ?? 0) <= margins["log-loss"];
  const isExcluded = prior.source !== "agreement" && ranks.every(isWithin);
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
