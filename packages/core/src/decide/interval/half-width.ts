import { quantileOfUpperTail } from "../../statistics/student-t.ts";
import { squaredWidth } from "./calibration.ts";
import type { CrossedFit, VarianceComponents } from "./components.ts";

/** Factors from variances to the half-width of an interval; they depend on design and tail, not on the data. */
export interface TailFactors {
  /** t quantile with examples - 1 degrees of freedom. */
  readonly example: number;
  /** Half-width, in units of the largest possible difference, that remains when no two outcomes differ. */
  readonly unseen: number;
  readonly tail: number;
}

/** Computes factors for an interval that leaves out `tail` on each side, 0 < tail < 0.5. */
export function tailFactors(examples: number, tail: number): TailFactors {
  return {
    example: quantileOfUpperTail(tail, examples - 1),
    unseen: unseenRate(examples, tail),
    tail,
  };
}

/**
 * Upper bound on the probability of an event that none of `examples` shows, -ln(tail) / examples (the rule of three).
 * Source: Hanley and Lippman-Hand, "If nothing goes wrong, is everything all right?" (1983).
 */
export function unseenRate(examples: number, tail: number): number {
  return -Math.log(tail) / examples;
}

/** Number of differing examples at which the bound on unseen ones counts half. */
const seenEnough = 10;

/**
 * Square of the half-width for an unseen kind of example: (unit · unseen)² as long as no example differs. Tens of
 * differing examples show the variance themselves, and adding the whole term would count it twice.
 */
export function unseenSquare(unit: number, unseen: number, differing: number): number {
  return ((unit * unseen) ** 2 * seenEnough) / (seenEnough + differing);
}

/** Variance of a mean over `seeds` and `examples`, split by how well it is known. */
export function varianceOfMean(
  components: VarianceComponents,
  seeds: number,
  examples: number,
): { readonly seedPart: number; readonly examplePart: number } {
  const residualPart = components.residual / (seeds * examples);
  return {
    seedPart: (components.seed ?? 0) / seeds + residualPart,
    examplePart: components.example / examples,
  };
}

/**
 * Half-width of the interval around a crossed mean: √(`squaredWidth` of its three sources of noise + `unseenSquare`).
 *
 * `unit` is the largest difference that a single example can show, 0 to leave the last term out.
 */
export function halfWidth(fit: CrossedFit, factors: TailFactors, unit: number): number {
  return halfWidthOf(fit, factors, unit)(fit.seedSquare);
}

/** `halfWidth` as a function of a `seedSquare` that is not known yet. */
export function halfWidthOf(
  fit: CrossedFit,
  factors: TailFactors,
  unit: number,
): (seedSquare: number) => number {
  const { seeds, examples, components } = fit;
  const square = squaredWidth({
    examplePart: components.example / examples,
    residualPart: components.residual / (seeds * examples),
    seedDf: fit.seedDf,
    exampleFactor: factors.example,
    tail: factors.tail,
  });
  const unseen = unseenSquare(unit, factors.unseen, fit.differing);
  return (seedSquare) => Math.sqrt(square(seedSquare / (seeds * examples)) + unseen);
}
