import { mean } from "../statistics/mean.ts";
import type { Evaluation } from "./evaluation-types.ts";

/**
 * Accuracy of an evaluation: the mean over its examples, by which runs are compared. Earlier versions wrote the share
 * of all target tokens as `accuracy` of a causal-lm.
 */
export function accuracyOf({ correct }: Pick<Evaluation, "correct">): number {
  return mean(correct);
}
