import { normalQuantile } from "../../statistics/normal.ts";

/** One paired comparison under one seed, whose luck is left out: the textbook's formula. */
export interface ExamplesQuestion {
  /** Variance of one example's difference; of right and wrong, the share of examples on which two ranks disagree. */
  readonly variance: number;
  /** Probability that the interval leaves out on the side that matters. */
  readonly tail: number;
  readonly power: number;
}

/**
 * The smallest true difference that so many examples show under one seed: (z_tail + z_power) · √(variance / examples).
 * What other seeds would have given is not in it, so a verdict claims nothing from it.
 */
export function differenceOfExamples(question: ExamplesQuestion, examples: number): number {
  return zSum(question) * Math.sqrt(question.variance / examples);
}

/** The examples that certify `margin` under one seed: (z_tail + z_power)² · variance / margin², rounded up. */
export function examplesForMargin(question: ExamplesQuestion, margin: number): number {
  return Math.ceil((zSum(question) ** 2 * question.variance) / margin ** 2);
}

function zSum({ tail, power }: ExamplesQuestion): number {
  return normalQuantile(1 - tail) + normalQuantile(power);
}
