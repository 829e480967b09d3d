import { largestDifference, metricOf } from "../schema/metric.ts";
import {
  type ExampleOutcomes,
  intervalMember,
  largestIn,
  metricValues,
  scoreMember,
} from "../schema/scores.ts";
import type { Interval, MetricName, RankScore } from "../schema/types.ts";
import { mean } from "../statistics/averages.ts";
import { type ClaimFamily, type ClaimTails, claimTails, type LostTails, lostTails } from "./claim-tails.ts";
import { type CollapsedCell, collapsedRuns } from "./collapsed-runs.ts";
import { fitsApart } from "./interval/apart.ts";
import { type CrossedFit, fitCrossed, type ScoreMatrix } from "./interval/components.ts";
import { type ExampleSample, independentSample, sampleOf } from "./interval/example-sample.ts";
import {
  couplesOf,
  halfWidth,
  halfWidthOf,
  moderate,
  type TailFactors,
  tailFactors,
} from "./interval/half-width.ts";
import { allPairsTail } from "./interval/run-noise.ts";
import { metricsOf } from "./outcomes.ts";
import type { PairedDesign } from "./paired-design.ts";
import type { DecideSettings } from "./settings.ts";

/** Rank pair, compared on the same examples. Differences are positive if the first is better. */
export interface PairComparison {
  readonly first: number;
  readonly second: number;
  /** Fitted differences, with noise between seeds moderated by all pairs. */
  readonly fit: CrossedFit;
  /** Largest difference assumed on an unseen example, at most a typical group's; 0 without a limit. */
  readonly unit: number;
  /** Half-width of the difference's two-sided interval, for all pairs jointly. */
  readonly halfWidth: number;
  /** Half-widths of one-sided upper bounds on each rank's loss to the other. */
  readonly boundWidths: readonly [first: number, second: number];
  /** Half-widths of one-sided lower bounds on either rank's loss, by tail. */
  readonly lostWidths: LostTails;
  /** Support for a difference: the interval excludes 0. */
  readonly supported: boolean;
}

export interface PairwiseComparison {
  readonly pairs: readonly PairComparison[];
  readonly tails: ClaimTails;
  readonly sample: ExampleSample;
  /** Collapsed runs by rank and seed index; their noise widens only their ranks' pairs. */
  readonly collapsed: readonly CollapsedCell[];
}

/** Compares all rank pairs. Default `family`: the design's ranks with the whole error. */
export function compareRanks(
  design: PairedDesign,
  metric: MetricName,
  confidence: number,
  family: ClaimFamily = { ranks: design.ranks.length },
): PairwiseComparison {
  const { ranks, seeds, seedsAre } = design;
  const by = metricOf(metric);
  const [first] = design.cells[0]!;
  const sample = sampleOf(first!, by);
  const tails = claimTails(confidence, family);
  const { smallest = ranks[0] } = family;
  const values = ranks.map((_, index) => metricMatrix(design, index, metric));
  const limit = largestIn(first!, by);
  const isUnit = limit === 0 || by.set !== undefined || values.every(isBinary);
  const couples = couplesOf(ranks.length);
  const collapsed = collapsedRuns(scoresOf(values), by, by.defaultMargin, seedsAre);
  const noisy = collapsed.map(({ rank }) => rank);
  const apart = seedsAre === "apart";
  const knownLargest = isUnit ? limit : undefined;
  const { fits, ofExample } = apart
    ? fitsApart(values, sample, { sign: by.sign, noisy, knownLargest })
    : fitsPaired(values, sample, { metric, noisy, knownLargest });
  const shared = claimFactors(tails, seeds.length, sample);
  const pairs = couples.map(([i, j], index): PairComparison => {
    const fit = fits[index]!;
    const largest = ofExample[index]!;
    const unit = Math.min(largest, fit.unseenGroup?.typical ?? largest);
    const factors = apart
      ? claimFactors(forAllPairs(tails, ranks.length, fit.seedDf), fit.seeds, sample)
      : shared;
    const widths = pairWidths(fit, { unit, factors, isSmallest: ranks[i] === smallest })(fit.seedSquare);
    return {
      first: ranks[i]!,
      second: ranks[j]!,
      fit,
      unit,
      ...widths,
      // A single seed shows no noise between seeds, so it supports nothing.
      supported: seeds.length > 1 && Math.abs(fit.mean) > widths.halfWidth,
    };
  });
  return {
    pairs,
    tails,
    sample,
    collapsed,
  };
}

/** Fits differences under shared seeds. `ofExample`: each pair's largest difference on an example. */
function fitsPaired(
  values: readonly ScoreMatrix[],
  sample: ExampleSample,
  {
    metric,
    noisy,
    knownLargest,
  }: {
    readonly metric: MetricName;
    readonly noisy: readonly number[];
    readonly knownLargest: number | undefined;
  },
): { readonly fits: readonly CrossedFit[]; readonly ofExample: readonly number[] } {
  // Arrays are shared by pairs: copies would outweigh the outcomes.
  const room = values[0]!.map(({ length }) => new Float64Array(length));
  const compared = couplesOf(values.length).map(([i, j]) => {
    const differences = advantages(values[i]!, values[j]!, metric, room);
    return { fit: fitCrossed(differences, sample), largest: knownLargest ?? largest(differences) };
  });
  const fits = moderate(
    compared.map(({ fit }) => fit),
    values.length,
    noisy,
  );
  return { fits, ofExample: compared.map((one) => one.largest) };
}

function largest(matrix: readonly Float64Array[]): number {
  return matrix.reduce((max, row) => row.reduce((m, value) => Math.max(m, Math.abs(value)), max), 0);
}

/** Tail probabilities corrected for ranks with unequal variances, at a pair's degrees of freedom. */
export function forAllPairs(tails: ClaimTails, ranks: number, df: number): ClaimTails {
  const error = tails.pairTail * ranks * (ranks - 1);
  return df > 0 && !tails.isOnePair ? { ...tails, pairTail: allPairsTail(error, ranks, df) } : tails;
}

/** Mean scores, `[ranks][seeds]`. */
export function scoresOf(values: readonly ScoreMatrix[]): number[][] {
  return values.map((rows) => rows.map(mean));
}

/** Quantiles that turn variances into half-widths, by tail; they do not depend on the outcomes. */
export interface ClaimFactors {
  readonly pair: TailFactors;
  readonly smallest: TailFactors;
  readonly other: TailFactors;
  readonly alike: TailFactors;
  readonly differing: TailFactors;
}

export function claimFactors(tails: ClaimTails, seeds: number, sample: ExampleSample): ClaimFactors {
  const { alike, differing } = lostTails(tails, seeds);
  const at = (tail: number): TailFactors => tailFactors(sample, tail);
  return {
    pair: at(tails.pairTail),
    smallest: at(tails.smallestTail),
    other: at(tails.otherTail),
    alike: at(alike),
    differing: at(differing),
  };
}

interface WidthContext {
  readonly unit: number;
  readonly factors: ClaimFactors;
  readonly isSmallest: boolean;
}

/** Half-widths of a pair, as a function of the mean square between seeds. */
export function pairWidths(
  fit: CrossedFit,
  { unit, factors, isSmallest }: WidthContext,
): (seedSquare: number) => Pick<PairComparison, "halfWidth" | "boundWidths" | "lostWidths"> {
  const of = (factor: TailFactors) => halfWidthOf(fit, factor, unit);
  const [pair, second] = [of(factors.pair), of(factors.other)];
  const first = isSmallest ? of(factors.smallest) : second;
  const [alike, differing] = [of(factors.alike), of(factors.differing)];
  return (seedSquare) => ({
    halfWidth: pair(seedSquare),
    boundWidths: [first(seedSquare), second(seedSquare)],
    lostWidths: { alike: alike(seedSquare), differing: differing(seedSquare) },
  });
}

export function pairOf(
  pairs: readonly PairComparison[],
  rank: number,
  other: number,
): { readonly pair: PairComparison; readonly mean: number } {
  for (const pair of pairs) {
    if (pair.first === rank && pair.second === other) return { pair, mean: pair.fit.mean };
    // Negation as 0 - x, because -0 would be printed.
    if (pair.first === other && pair.second === rank) return { pair, mean: 0 - pair.fit.mean };
  }
  throw new Error(`no comparison of ranks ${rank} and ${other}`);
}

export function isWorseThanSome(pairs: readonly PairComparison[], rank: number): boolean {
  return pairs.some(
    ({ first, second, fit, supported }) =>
      supported && ((first === rank && fit.mean < 0) || (second === rank && fit.mean > 0)),
  );
}

/** Upper bound on `rank`'s loss against any other; negative if it leads. */
export function shortfallBound(pairs: readonly PairComparison[], rank: number): number {
  let bound = -Infinity;
  for (const { first, second, fit, boundWidths } of pairs) {
    if (first === rank) bound = Math.max(bound, boundWidths[0] - fit.mean);
    if (second === rank) bound = Math.max(bound, boundWidths[1] + fit.mean);
  }
  return bound;
}

/** Lower bound on `rank`'s loss against any other; above 0 the rank is worse. `ranks` selects the tail. */
export function shortfallAtLeast(
  pairs: readonly PairComparison[],
  rank: number,
  ranks: keyof LostTails,
): number {
  let least = -Infinity;
  for (const { first, second, fit, lostWidths } of pairs) {
    if (first === rank) least = Math.max(least, -fit.mean - lostWidths[ranks]);
    if (second === rank) least = Math.max(least, fit.mean - lostWidths[ranks]);
  }
  return least;
}

/** Mean and interval for a single rank, in the metric's unit and range. */
export function ownInterval(
  matrix: ScoreMatrix,
  { metric, confidence }: Pick<DecideSettings, "metric" | "confidence">,
  sample = independentSample(matrix[0]!.length),
  unit = binaryUnit(matrix, metric),
): { readonly mean: number; readonly interval: Interval } {
  const fit = fitCrossed(matrix, sample);
  const factors = tailFactors(sample, (1 - confidence) / 2);
  const width = halfWidth(fit, factors, unit);
  const [least, most] = metricOf(metric).range;
  return { mean: fit.mean, interval: [Math.max(least, fit.mean - width), Math.min(most, fit.mean + width)] };
}

export function rankScore(
  cells: readonly ExampleOutcomes[],
  { metric, confidence }: Pick<DecideSettings, "metric" | "confidence">,
): RankScore {
  const scores = metricsOf(cells, metric).map((by) => {
    const { name, intervalField, set } = by;
    const matrix = cells.map((cell) => metricValues(cell, name));
    const unit = set === undefined ? binaryUnit(matrix, name) : largestIn(cells[0]!, by);
    const sample = sampleOf(cells[0]!, by);
    const { mean, interval } = ownInterval(matrix, { metric: name, confidence }, sample, unit);
    return { ...scoreMember(by, mean), ...intervalMember(by, intervalField, interval) };
  });
  return Object.assign({}, ...scores);
}

/** Metric values of a rank, `[seeds, examples]`. */
export function metricMatrix(design: PairedDesign, index: number, metric: MetricName): ScoreMatrix {
  return design.cells[index]!.map((cell) => metricValues(cell, metric));
}

/** Differences `a` - `b`, positive if `a` is better: `[seeds, examples]`, written into `room`. */
export function advantages(
  a: ScoreMatrix,
  b: ScoreMatrix,
  metric: MetricName,
  room = a.map(({ length }) => new Float64Array(length)),
): Float64Array[] {
  const { sign } = metricOf(metric);
  return a.map((row, s) => {
    const other = b[s]!;
    const difference = room[s]!;
    for (let e = 0; e < row.length; e++) difference[e] = sign * (row[e]! - other[e]!);
    return difference;
  });
}

/** Largest possible difference if all values are 0 or 1; 0 for others. */
function binaryUnit(matrix: ScoreMatrix, metric: MetricName): number {
  const limit = largestDifference(metricOf(metric));
  return limit > 0 && isBinary(matrix) ? limit : 0;
}

export function isBinary(matrix: ScoreMatrix): boolean {
  return matrix.every((row) => {
    for (let e = 0; e < row.length; e++) if (row[e] !== 0 && row[e] !== 1) return false;
    return true;
  });
}
