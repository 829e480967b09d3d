import type { EngineEvaluation, Interval, MetricName } from "../results/types.ts";
import { advantages, isBinary } from "./compare.ts";
import { fitCrossed } from "./interval/components.ts";
import { halfWidth, tailFactors } from "./interval/half-width.ts";

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
  const values = ({ correct, logLosses }: EngineEvaluation) => [metric === "accuracy" ? correct : logLosses];
  const [a, b] = [values(first), values(second)];
  const fit = fitCrossed(advantages(a, b, metric));
  const unit = metric === "accuracy" && isBinary([...a, ...b]) ? 1 : 0;
  const width = halfWidth(fit, tailFactors(fit.examples, (1 - confidence) / 2), unit);
  return { advantage: fit.mean, interval: [fit.mean - width, fit.mean + width] };
}
