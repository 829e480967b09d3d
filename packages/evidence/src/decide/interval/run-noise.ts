import { upperTail } from "../../statistics/student-t.ts";
import { studentizedRangeQuantile } from "../../statistics/studentized-range.ts";
import { couplesOf, sphericity } from "./half-width.ts";

export interface RankNoise {
  readonly runs: number;
  /** Variance of a run's score about the rank's mean; 0 with one run. */
  readonly variance: number;
}

/** Seeds that two ranks share, and the correlation under them. */
export interface SharedSeeds {
  readonly count: number;
  /** Correlation of the ranks' scores under shared seeds, -1 to 1. */
  readonly correlation: number;
}

/** Noise between the runs of two ranks, as if of one difference under each of `runs` seeds. */
export interface PairRunNoise {
  /** Smaller number of runs of the two. */
  readonly runs: number;
  /** Variance of the difference of the means, times `runs`, from these two ranks alone. */
  readonly own: number;
  /** `own`, moderated by the other pairs. */
  readonly moderated: number;
  /** Degrees of freedom of `moderated`; need not be whole. */
  readonly df: number;
}

/**
 * Weight of other pairs, in the pair's own degrees of freedom. Pairs that share all seeds have few: others weigh as
 * much, up to `mostShared`. Separate samples need others less.
 */
const priors = { apart: 0.5, mostShared: 5 };

/**
 * Cap on the others' noise in a pair of separate samples, as a multiple of its own: two quiet ranks beside a noisy one
 * would look noisy, too. At the cap, degrees of freedom are the pair's own.
 */
const mostTimes = 3;

/** Fewest shared seeds that show a correlation if other seeds are not shared. */
const fewestShared = 3;

/** Number of shared seeds compared as pairs; 0 if too few. */
export function pairedSeeds(shared: number, first: number, second: number): number {
  const isWhole = shared === first && shared === second;
  return isWhole || shared >= fewestShared ? shared : 0;
}

/**
 * Computes the noise of all pairs, in the order 01, 02, …, 12, …. Ranks may differ in noise; the order of runs does not
 * matter.
 *
 * V_ij = s_i² / n_i + s_j² / n_j − 2 r n_ij s_i s_j / (n_i n_j).
 *
 * n_ij: shared seeds; r: correlation under them. V is Welch's variance if none is shared, the paired one if all are.
 * Degrees of freedom lie between Welch's and the paired ones, in proportion to shared runs. A pair's variance per run
 * is shrunk to the mean of all pairs by `priors`, degrees of freedom by Satterthwaite. Chosen by simulation:
 * packages/evidence/bench/run-scores.md.
 *
 * `least`: smallest variance of a difference of two runs, from rounding. Pairs without the ranks `noisy` (indices) are
 * moderated by each other alone.
 *
 * Source: Welch (1947). Derrick, Russ, Toher and White, "Test statistics for the comparison of means for two samples
 * that include both paired and independent observations" (2017).
 */
export function noiseOfPairs(
  ranks: readonly RankNoise[],
  sharedBy: (first: number, second: number) => SharedSeeds,
  { least = 0, noisy = [] }: { readonly least?: number; readonly noisy?: readonly number[] } = {},
): PairRunNoise[] {
  const all = couplesOf(ranks.length).map((couple) => ownNoise(couple, ranks, sharedBy(...couple), least));
  const isClean = ({ couple }: OwnNoise): boolean => !couple.some((rank) => noisy.includes(rank));
  const clean = all.filter(isClean);
  const moderated = moderateBy(all, ranks);
  const alone = moderateBy(clean, ranks);
  return all.map((pair, index) => (isClean(pair) ? alone[clean.indexOf(pair)]! : moderated[index]!));
}

/** Noise of a single pair, not moderated. */
interface OwnNoise {
  readonly couple: readonly [number, number];
  /** Harmonic mean of the two numbers of runs. */
  readonly runs: number;
  /** Variance of the difference of the means, times `runs`. */
  readonly square: number;
  /** Coefficients of the ranks' variances in `square` if no seed were shared. */
  readonly parts: readonly number[];
  readonly shared: number;
  /** Share of the two ranks' runs under shared seeds. */
  readonly sharedShare: number;
}

function ownNoise(
  couple: readonly [number, number],
  ranks: readonly RankNoise[],
  { count, correlation }: SharedSeeds,
  least: number,
): OwnNoise {
  const [a, b] = couple.map((rank) => ranks[rank]!) as [RankNoise, RankNoise];
  const shared = pairedSeeds(count, a.runs, b.runs);
  const runs = 2 / (1 / a.runs + 1 / b.runs);
  const covariance =
    shared === 0 ? 0 : (shared * correlation * Math.sqrt(a.variance * b.variance)) / (a.runs * b.runs);
  const square = runs * (a.variance / a.runs + b.variance / b.runs - 2 * covariance);
  return {
    couple,
    runs,
    square: Math.max(square, least),
    parts: ranks.map((rank, index) => (couple.includes(index) ? runs / rank.runs : 0)),
    shared,
    sharedShare: (2 * shared) / (a.runs + b.runs),
  };
}

function moderateBy(pairs: readonly OwnNoise[], ranks: readonly RankNoise[]): PairRunNoise[] {
  if (pairs.length === 0) return [];
  const count = new Set(pairs.flatMap(({ couple }) => couple)).size;
  const average = (of: (pair: OwnNoise) => number): number =>
    pairs.reduce((sum, pair) => sum + of(pair), 0) / pairs.length;
  const pooled = average(({ square }) => square);
  const pooledParts = ranks.map((_, rank) => average(({ parts }) => parts[rank]!));
  const weights = pairs.map(({ runs, sharedShare }) => {
    const prior = priors.apart + (Math.min(priors.mostShared, runs - 1) - priors.apart) * sharedShare;
    return (runs - 1) / (runs - 1 + prior);
  });
  const isQuiet = ({ square, shared }: OwnNoise): boolean => shared === 0 && mostTimes * square < pooled;
  const squares = pairs.map((pair, p) => {
    const others = isQuiet(pair) ? mostTimes * pair.square : pooled;
    return others + weights[p]! * (pair.square - others);
  });
  const evenness = count > 2 ? sphericity(squares, count) : 1;
  return pairs.map((pair, p): PairRunNoise => {
    const { couple, runs: harmonic, square, parts, shared, sharedShare } = pair;
    const weight = weights[p]!;
    const [a, b] = couple.map((rank) => ranks[rank]!.runs) as [number, number];
    const runs = Math.min(a, b);
    const perRun = runs / harmonic;
    const coefficients = isQuiet(pair)
      ? parts
      : parts.map((part, rank) => weight * part + (1 - weight) * pooledParts[rank]!);
    const apart = welchDf(coefficients, ranks);
    const paired = shared > 1 ? pairedDf(shared - 1, weight, (count - 1) * evenness) : apart;
    const df = sharedShare * paired + (1 - sharedShare) * apart;
    return {
      runs,
      own: square * perRun,
      moderated: squares[p]! * perRun,
      df: runs < 2 ? 0 : Math.floor(10 * df) / 10,
    };
  });
}

/** Satterthwaite's degrees of freedom of a weighted sum of the ranks' variances. */
function welchDf(coefficients: readonly number[], ranks: readonly RankNoise[]): number {
  let [sum, squares] = [0, 0];
  coefficients.forEach((coefficient, rank) => {
    const { runs, variance } = ranks[rank]!;
    if (runs < 2) return;
    sum += coefficient * variance;
    squares += (coefficient * variance) ** 2 / (runs - 1);
  });
  const runs = ranks.filter((_, rank) => coefficients[rank]! > 0).map((rank) => rank.runs - 1);
  // Variances of 0 have no degrees of freedom to estimate.
  return squares > 0 ? sum ** 2 / squares : Math.min(...runs);
}

/** Degrees of freedom of a paired variance and the pooled one, `factor` times as many, together. */
function pairedDf(own: number, weight: number, factor: number): number {
  const square = weight ** 2;
  return Math.max(own, 1 / (square / own + (1 - square) / (own * Math.max(1, factor))));
}

/**
 * Student's tail on a side for all pairs of `ranks` means at once with the error `error`: Tukey's, for unequal
 * variances (Games and Howell, 1976). That claims too many differences with few runs and many ranks, hence the factor
 * (2 / ranks)^min(1/2, 2 / df) on the error.
 */
export function allPairsTail(error: number, ranks: number, df: number): number {
  if (ranks === 2) return error / 2;
  const share = (2 / ranks) ** Math.min(1 / 2, 2 / df);
  const range = studentizedRangeQuantile(error * share, ranks, df);
  return upperTail(range / Math.SQRT2, df);
}
