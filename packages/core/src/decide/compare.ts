import type { Interval, MetricName } from "../results/types.ts";
import { type CrossedFit, fitCrossed, type Matrix } from "./interval/components.ts";
import { halfWidth, tailFactors } from "./interval/half-width.ts";
import { metricValues } from "./outcomes.ts";
import type { PairedDesign } from "./paired-design.ts";

/** Two ranks on the same seeds and examples. Differences are positive when the first is better. */
export interface PairComparison {
  readonly first: number;
  readonly second: number;
  readonly fit: CrossedFit;
  /** Largest difference that one example can show; 0 when the metric has no such limit. */
  readonly unit: number;
  /** Half-width of the two-sided interval that holds for all pairs at once. */
  readonly halfWidth: number;
  /** One-sided half-width for the certificate of one rank against every other. */
  readonly certificateHalfWidth: number;
  /** The interval excludes 0. */
  readonly supported: boolean;
}

/** All pairs of ranks, with the tails that the two families of claims leave out. */
export interface Comparison {
  readonly pairs: readonly PairComparison[];
  /** On each side of each pair's interval: (1 - confidence) / 2, shared by all pairs (Bonferroni). */
  readonly pairTail: number;
  /**
   * On the one side of a certificate: (1 - confidence), shared by the ranks that could be certified wrongly. The best
   * rank cannot be, so these are one fewer than the ranks. That a rank must pass against every other one costs nothing
   * (intersection-union test: Berger, 1982).
   */
  readonly certificateTail: number;
}

/** The claims that share an error: those about `ranks` ranks, which get `share` of it. */
export interface ClaimFamily {
  readonly ranks: number;
  /** 1 for a grid; less for one look of several. */
  readonly share: number;
}

/** Compares every pair of the design's ranks on `metric`. The default family is the design's ranks with the whole error. */
export function compareRanks(
  design: PairedDesign,
  metric: MetricName,
  confidence: number,
  family: ClaimFamily = { ranks: design.ranks.length, share: 1 },
): Comparison {
  const { ranks, seeds } = design;
  const examples = design.cells[0]![0]!.correct.length;
  const { pairTail, certificateTail } = familyTails(confidence, family);
  const values = ranks.map((_, index) => metricMatrix(design, index, metric));
  const binary = metric === "accuracy" && values.every(isBinary);

  const pairs: PairComparison[] = [];
  if (ranks.length < 2) return { pairs, pairTail, certificateTail };
  const pairFactors = tailFactors(seeds.length, examples, pairTail);
  const certificateFactors = tailFactors(seeds.length, examples, certificateTail);
  for (let i = 0; i < ranks.length; i++) {
    for (let j = i + 1; j < ranks.length; j++) {
      const difference = advantages(values[i]!, values[j]!, metric);
      const fit = fitCrossed(difference);
      const unit = metric === "log-loss" ? 0 : binary ? 1 : largest(difference);
      const width = halfWidth(fit, pairFactors, unit);
      pairs.push({
        first: ranks[i]!,
        second: ranks[j]!,
        fit,
        unit,
        halfWidth: width,
        certificateHalfWidth: halfWidth(fit, certificateFactors, unit),
        // With one seed the interval leaves out the noise between seeds, so it supports nothing.
        supported: seeds.length > 1 && Math.abs(fit.mean) > width,
      });
    }
  }
  return { pairs, pairTail, certificateTail };
}

/** The tails of a family's claims: see `Comparison`. */
export function familyTails(
  confidence: number,
  { ranks, share }: ClaimFamily,
): Pick<Comparison, "pairTail" | "certificateTail"> {
  return {
    pairTail: ((1 - confidence) * share) / (ranks * (ranks - 1)),
    certificateTail: ((1 - confidence) * share) / (ranks - 1),
  };
}

/** The pair of two ranks with `mean` = how much better `rank` is than `other`. */
export function pairOf(
  pairs: readonly PairComparison[],
  rank: number,
  other: number,
): { readonly pair: PairComparison; readonly mean: number } {
  for (const pair of pairs) {
    if (pair.first === rank && pair.second === other) return { pair, mean: pair.fit.mean };
    // 0 - x, because -0 would be printed.
    if (pair.first === other && pair.second === rank) return { pair, mean: 0 - pair.fit.mean };
  }
  throw new Error(`no comparison of ranks ${rank} and ${other}`);
}

/** True when the data support that `rank` is worse than some other rank. */
export function isWorseThanSome(pairs: readonly PairComparison[], rank: number): boolean {
  return pairs.some(
    ({ first, second, fit, supported }) =>
      supported && ((first === rank && fit.mean < 0) || (second === rank && fit.mean > 0)),
  );
}

/** Upper confidence bound of how much better any other rank is than `rank`; negative when it leads them all. */
export function shortfallBound(pairs: readonly PairComparison[], rank: number): number {
  let bound = -Infinity;
  for (const { first, second, fit, certificateHalfWidth } of pairs) {
    if (first === rank) bound = Math.max(bound, certificateHalfWidth - fit.mean);
    if (second === rank) bound = Math.max(bound, certificateHalfWidth + fit.mean);
  }
  return bound;
}

/** Mean and interval of one rank by itself, in the metric's own unit and range. */
export function ownInterval(
  matrix: Matrix,
  metric: MetricName,
  confidence: number,
): { readonly mean: number; readonly interval: Interval } {
  const fit = fitCrossed(matrix);
  const factors = tailFactors(fit.seeds, fit.examples, (1 - confidence) / 2);
  const width = halfWidth(fit, factors, metric === "accuracy" && isBinary(matrix) ? 1 : 0);
  const top = metric === "accuracy" ? 1 : Infinity;
  return { mean: fit.mean, interval: [Math.max(0, fit.mean - width), Math.min(top, fit.mean + width)] };
}

/** The metric of the design's rank number `index`. `[seeds, examples]` */
export function metricMatrix(design: PairedDesign, index: number, metric: MetricName): Matrix {
  return design.cells[index]!.map((cell) => metricValues(cell, metric));
}

/** How much better `a` is than `b`, outcome by outcome. `[seeds, examples]`, as both are. */
export function advantages(a: Matrix, b: Matrix, metric: MetricName): Float64Array[] {
  const sign = metric === "log-loss" ? -1 : 1;
  return a.map((row, s) => {
    const other = b[s]!;
    const difference = new Float64Array(row.length);
    for (let e = 0; e < row.length; e++) difference[e] = sign * (row[e]! - other[e]!);
    return difference;
  });
}

function isBinary(matrix: Matrix): boolean {
  return matrix.every((row) => {
    for (let e = 0; e < row.length; e++) if (row[e] !== 0 && row[e] !== 1) return false;
    return true;
  });
}

function largest(matrix: readonly Float64Array[]): number {
  return matrix.reduce((max, row) => row.reduce((m, value) => Math.max(m, Math.abs(value)), max), 0);
}
