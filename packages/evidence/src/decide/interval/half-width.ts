import { quantileOfUpperTail } from "../../statistics/student-t.ts";
import { squaredWidth } from "./calibration.ts";
import type { CrossedFit, VarianceComponents } from "./components.ts";
import type { ExampleSample } from "./example-sample.ts";

export interface TailFactors {
  /** Student's t quantile at the examples' degrees of freedom. */
  readonly example: number;
  /** Half-width for outcomes that never differ, relative to the largest possible difference. */
  readonly unseen: number;
  readonly tail: number;
}

/** Quantiles for an interval with probability `tail` on each side, 0 < tail < 0.5. */
export function tailFactors({ units, df }: Pick<ExampleSample, "units" | "df">, tail: number): TailFactors {
  return {
    example: quantileOfUpperTail(tail, df),
    unseen: unseenRate(units, tail),
    tail,
  };
}

/**
 * Bound on an unseen event's probability: -ln(tail) / units (rule of three). Source: Hanley and Lippman-Hand, "If
 * nothing goes wrong, is everything all right?" (1983).
 */
export function unseenRate(units: number, tail: number): number {
  return -Math.log(tail) / units;
}

/** Pseudo-count: at this many differing examples, the squared bound on unseen differences is halved. */
const seenEnough = 10;

/** Squared half-width for an unseen kind of example. It shrinks once tens of differing examples show that variance. */
export function unseenSquare(unit: number, unseen: number, differing: number): number {
  return ((unit * unseen) ** 2 * seenEnough) / (seenEnough + differing);
}

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
 * Half-width √(`squaredWidth` + `unseenSquare`). `unit`: largest difference on an example, 0 without a limit; with
 * groups, at most the largest observed.
 */
export function halfWidth(fit: CrossedFit, factors: TailFactors, unit: number): number {
  return halfWidthOf(fit, factors, unit)(fit.seedSquare);
}

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
  const unseen = unseenSquare(
    Math.min(unit, fit.unseenGroup?.largest ?? unit),
    factors.unseen,
    fit.differing,
  );
  return (seedSquare) => Math.sqrt(square(seedSquare / (seeds * examples)) + unseen);
}

/** Pseudo-count behind the pooled mean square, in degrees of freedom. Chosen by simulation: docs/decisions/0017. */
const priorDf = 5;

/**
 * Shrinks each pair's noise between seeds towards the pooled noise (Smyth, 2004). Pairs share runs, so a pair's own few
 * degrees of freedom waste information.
 *
 *     A = w A_pair + (1 - w) A_pooled, w = (S - 1) / (S - 1 + priorDf).
 *
 * A_pooled, the mean over pairs, is twice the interaction between ranks and seeds. Degrees of freedom: `moderatedDf` at
 * the sphericity of the ranks' shrunk covariance.
 *
 * `collapsed`: indices of ranks with collapsed runs. Pairs without them are moderated by each other alone, other pairs
 * by all. This selection seldom costs error.
 *
 * Pair order in `fits`: 01, 02, …, 12, ….
 */
export function moderate(
  fits: readonly CrossedFit[],
  ranks: number,
  collapsed: readonly number[] = [],
): CrossedFit[] {
  const all = moderateAlike(fits, ranks);
  if (collapsed.length === 0) return all;
  const isClean = couplesOf(ranks).map((couple) => couple.every((rank) => !collapsed.includes(rank)));
  const clean = moderateAlike(
    fits.filter((_, index) => isClean[index]),
    ranks - new Set(collapsed).size,
  );
  return all.map((fit, index) => (isClean[index] ? clean.shift()! : fit));
}

export function couplesOf(ranks: number): (readonly [number, number])[] {
  const indices = Array.from({ length: ranks }, (_, i) => i);
  return indices.flatMap((i) => indices.slice(i + 1).map((j) => [i, j] as const));
}

function moderateAlike(fits: readonly CrossedFit[], ranks: number): CrossedFit[] {
  const seeds = fits[0]?.seeds ?? 1;
  if (ranks < 3 || seeds < 2) return [...fits];
  const weight = ownWeight(seeds);
  const pooled = fits.reduce((sum, fit) => sum + fit.seedSquare, 0) / fits.length;
  const squares = fits.map((fit) => pooled + weight * (fit.seedSquare - pooled));
  const seedDf = moderatedDf(seeds, ranks, sphericity(squares, ranks));
  return fits.map((fit, i) => ({ ...fit, seedSquare: squares[i]!, seedDf }));
}

function ownWeight(seeds: number): number {
  return (seeds - 1) / (seeds - 1 + priorDf);
}

/**
 * Satterthwaite's degrees of freedom, rounded down to a half. The pooled part has (S - 1) (ranks - 1) times the
 * sphericity (Greenhouse and Geisser, 1959).
 */
export function moderatedDf(seeds: number, ranks: number, sphericity = 1): number {
  const own = seeds - 1;
  if (ranks < 3 || own < 1) return own;
  const square = ownWeight(seeds) ** 2;
  const pooled = Math.max(own, own * (ranks - 1) * sphericity);
  const df = 1 / (square / own + (1 - square) / pooled);
  return Math.max(own, Math.floor(2 * df) / 2);
}

/**
 * Sphericity tr(G)² / ((ranks - 1) tr(G²)), with G the covariance between the ranks' seed means. Double centring of
 * `squares`, in pair order 01, 02, …, 12, …, gives G.
 */
export function sphericity(squares: readonly number[], ranks: number): number {
  const at = (i: number, j: number): number => {
    if (i === j) return 0;
    const [low, high] = i < j ? [i, j] : [j, i];
    return squares[low * ranks - (low * (low + 1)) / 2 + high - low - 1]!;
  };
  const indices = Array.from({ length: ranks }, (_, i) => i);
  const means = indices.map((i) => indices.reduce((sum, j) => sum + at(i, j), 0) / ranks);
  const mean = means.reduce((sum, value) => sum + value, 0) / ranks;
  let trace = 0;
  let squared = 0;
  for (const i of indices) {
    for (const j of indices) {
      const covariance = (means[i]! + means[j]! - at(i, j) - mean) / 2;
      if (i === j) trace += covariance;
      squared += covariance ** 2;
    }
  }
  return squared > 0 ? trace ** 2 / ((ranks - 1) * squared) : 1;
}
