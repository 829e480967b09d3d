import { quantileOfUpperTail } from "../../statistics/student-t.ts";
import { squaredWidth } from "./calibration.ts";
import type { CrossedFit, VarianceComponents } from "./components.ts";

/** What turns variances into the half-width of an interval; depends on the design and the tail, not on the data. */
export interface TailFactors {
  /** t quantile with examples - 1 degrees of freedom. */
  readonly example: number;
  /** Half-width, in units of the largest possible difference, that remains when no two outcomes differ. */
  readonly unseen: number;
  readonly tail: number;
}

/**
 * Factors for an interval that leaves out `tail` on each side, 0 < tail < 0.5.
 */
export function tailFactors(examples: number, tail: number): TailFactors {
  return {
    example: quantileOfUpperTail(tail, examples - 1),
    unseen: unseenRate(examples, tail),
    tail,
  };
}

/**
 * The rule of three: an event that none of `examples` shows can still have the probability -ln(tail) / examples.
 * Source: Hanley and Lippman-Hand, "If nothing goes wrong, is everything all right?" (1983).
 */
export function unseenRate(examples: number, tail: number): number {
  return -Math.log(tail) / examples;
}

/** Examples that differ after which what none of them showed counts half. */
const seenEnough = 10;

/**
 * Square of the half-width that an unseen kind of example leaves: (unit · unseen)² as long as no example differs. With
 * tens that do the variance of the examples is known from them, and adding the whole term would count it twice.
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
 * Half-width of the interval around a crossed mean: `squaredWidth` of its three sources of noise, and
 * `unseenSquare`, under the root.
 *
 * `unit` is the largest difference that a single example can show, 0 to leave the last term out.
 */
export function halfWidth(fit: CrossedFit, factors: TailFactors, unit: number): number {
  return halfWidthOf(fit, factors, unit)(fit.seedSquare);
}

/** `halfWidth` as a function of the fit's `seedSquare`, for one that is not known yet. */
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
