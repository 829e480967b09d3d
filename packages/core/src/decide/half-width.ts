import { quantileOfUpperTail } from "../statistics/student-t.ts";
import type { CrossedFit, VarianceComponents } from "./components.ts";

/** What turns variances into the half-width of an interval; depends on the design and the tail, not on the data. */
export interface TailFactors {
  /** t quantile with seeds - 1 degrees of freedom; 0 with one seed, whose spread is unknown. */
  readonly seed: number;
  /** t quantile with examples - 1 degrees of freedom. */
  readonly example: number;
  /** Half-width, in units of the largest possible difference, that remains when no two outcomes differ. */
  readonly unseen: number;
}

/**
 * Factors for an interval that leaves out `tail` on each side, 0 < tail < 0.5.
 */
export function tailFactors(seeds: number, examples: number, tail: number): TailFactors {
  return {
    seed: seedFactor(seeds, tail),
    example: quantileOfUpperTail(tail, examples - 1),
    unseen: unseenRate(examples, tail),
  };
}

/** The part of `tailFactors` that depends on the seeds alone. */
export function seedFactor(seeds: number, tail: number): number {
  return seeds > 1 ? quantileOfUpperTail(tail, seeds - 1) : 0;
}

/**
 * The rule of three: an event that none of `examples` shows can still have the probability -ln(tail) / examples.
 * Source: Hanley and Lippman-Hand, "If nothing goes wrong, is everything all right?" (1983).
 */
export function unseenRate(examples: number, tail: number): number {
  return -Math.log(tail) / examples;
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
 * Half-width of the interval around a crossed mean:
 *
 *     √( t²(S-1) · (σ²_seed / S + σ²_res / (S n))  +  t²(n-1) · σ²_example / n  +  (unit · unseen)² )
 *
 * Each source of noise is multiplied by the t quantile of its own degrees of freedom. One t quantile with
 * Satterthwaite's degrees of freedom would be narrower but fails where it matters: when three seeds happen to lie close
 * together it takes the seed noise for small *and* the degrees of freedom for many.
 *
 * `unit` is the largest difference that a single example can show, 0 to leave the last term out.
 * Source: Cochran, "Approximate significance levels of the Behrens-Fisher test" (1964), with squares added.
 */
export function halfWidth(fit: CrossedFit, factors: TailFactors, unit: number): number {
  const { seedPart, examplePart } = varianceOfMean(fit.components, fit.seeds, fit.examples);
  return Math.sqrt(
    factors.seed ** 2 * seedPart + factors.example ** 2 * examplePart + (unit * factors.unseen) ** 2,
  );
}
