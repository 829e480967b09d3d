import type { EngineEvaluation, Interval, MetricName } from "../results/types.ts";
import { advantages, binaryUnit } from "./compare.ts";
import { fitCrossed } from "./interval/components.ts";
import { halfWidth, tailFactors } from "./interval/half-width.ts";
import { metricValues, valuesOf } from "./outcomes.ts";

/** How much better one model is than another on the same examples, in the metric's unit; positive when it is better. */
export interface PairedDifference {
  readonly advantage: number;
  readonly interval: Interval;
}

/**
 * Compares two models as they are, example by example. Only the examples are a sample: nothing is said about models that
 * would be trained anew.
 *
 * @param first evaluations of two or more examples, `second` of the same ones.
 */
export function pairedDifference(
  first: EngineEvaluation,
  second: EngineEvaluation,
  metric: MetricName,
  confidence: number,
): PairedDifference {
  const matrix = (one: EngineEvaluation) => [metricValues(valuesOf(one), metric)];
  const [a, b] = [matrix(first), matrix(second)];
  const fit = fitCrossed(advantages(a, b, metric));
  const unit = binaryUnit([...a, ...b], metric);
  const width = halfWidth(fit, tailFactors(fit.examples, (1 - confidence) / 2), unit);
  return { advantage: fit.mean, interval: [fit.mean - width, fit.mean + width] };
}
