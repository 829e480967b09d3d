import { largestDifference, type Metric, marginBy } from "../../results/metric.ts";
import type { ClassPriorComparison, Interval, MetricName, PriorAdvantage } from "../../results/types.ts";
import { mean } from "../../statistics/mean.ts";
import type { ClassPrior } from "../class-prior-loss.ts";
import { advantages, metricMatrix } from "../compare.ts";
import { fitCrossed } from "../interval/components.ts";
import { halfWidth, tailFactors } from "../interval/half-width.ts";
import { metricsOf } from "../outcomes.ts";
import type { PairedDesign } from "../paired-design.ts";

/** An advantage of no more than this may be rounding: log losses come from float32. A constant answer can tie exactly. */
const rounding = 1e-6;

export interface ComparePriorOptions {
  readonly confidence: number;
  readonly metric: MetricName;
  /** An advantage of no more than this counts as none; by another metric than `metric`, one of no more than its default margin. */
  readonly margin: number;
}

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
  options: ComparePriorOptions,
): ClassPriorComparison {
  const metrics = metricsOf([...design.cells.flat(), prior]);
  const factors = tailFactors(
    prior.correct.length,
    (1 - options.confidence) / (2 * design.ranks.length * metrics.length),
  );
  const against = (index: number, by: Metric): { by: Metric; mean: number; interval: Interval } => {
    const runs = metricMatrix(design, index, by.name);
    const differences = advantages(
      runs,
      runs.map(() => prior[by.column]),
      by.name,
    );
    const fit = fitCrossed([meanOver(differences)]);
    const width = halfWidth(fit, factors, largestDifference(by));
    return { by, mean: fit.mean, interval: [fit.mean - width, fit.mean + width] };
  };
  const compared = design.ranks.map((_, index) => metrics.map((metric) => against(index, metric)));
  const ranks = design.ranks.map((rank, index): PriorAdvantage => {
    const each = compared[index]!;
    const scores = each.map(({ by: { field }, mean, interval }) => ({
      [field]: mean,
      [`${field}Interval`]: interval,
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
