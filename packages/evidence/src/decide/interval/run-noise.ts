import { upperTail } from "../../statistics/student-t.ts";
import { studentizedRangeQuantile } from "../../statistics/studentized-range.ts";
import { couplesOf, sphericity } from "./half-width.ts";

export interface RankNoise {
  readonly runs: number;
  /** Score variance between runs; 0 with a single run. */
  readonly variance: number;
}

export interface SharedSeeds {
  readonly count: number;
  readonly correlation: number;
}

/** Noise between runs in a pair's mean difference, as if each of `runs` seeds gave a difference. */
export interface PairRunNoise {
  /** Run count of the pair's rank with fewer runs. */
  readonly runs: number;
  /** Variance of the mean difference, times `runs`, from these two ranks alone. */
  readonly own: number;
  /** Variance `own`, moderated by the other pairs. */
  readonly moderated: number;
  /** Degrees of freedom behind `moderated`; not always whole. */
  readonly df: number;
}

/** Prior weight for other pairs, in degrees of freedom: `apart` without shared seeds, `mostShared` if all are. */
const priors = { apart: 0.5, mostShared: 5 };

/** Cap on other pairs' noise, relative to the pair's own: quiet ranks beside a noisy rank would look noisy, too. */
const mostTimes = 3;

/** Fewest shared seeds that show a correlation, if others are not shared. */
const fewestShared = 3;

/** Count of shared seeds whose runs are compared as pairs; 0 if too few. */
export function pairedSeeds(shared: number, first: number, second: number): number {
  const isWhole = shared === first && shared === second;
  return isWhole || shared >= fewestShared ? shared : 0;
}

/**
 * Noise for all pairs, in pair order 01, 02, …, 12, …. Ranks may differ in noise; run order does not matter.
 *
 *     V_ij = s_i² / n_i + s_j² / n_j − 2 r n_ij s_i s_j / (n_i n_j).
 *
 * n_ij: shared seeds; r: correlation under them. V is Welch's variance without shared seeds, the paired variance if
 * all are shared. Degrees of freedom lie between, in proportion to shared runs; Welch's of unlike run counts are at most
 * those for equal variances. Variances shrink to the pairs' mean by
 * `priors`. Chosen by simulation: packages/evidence/bench/run-scores.md.
 *
 * `least`: rounding variance. Pairs without the ranks `noisy` (indices) are moderated by each other alone.
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
  if (clean.length === all.length) return moderated;
  const alone = moderateBy(clean, ranks).values();
  return all.map((pair, index) => (isClean(pair) ? alone.next().value! : moderated[index]!));
}

interface OwnNoise {
  readonly couple: readonly [number, number];
  readonly runs: number;
  /** Variance of the mean difference, times `runs`. */
  readonly square: number;
  readonly shared: number;
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
  const pooledParts = pooledPartsOf(pairs, ranks);
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
    const { couple, runs: harmonic, square, shared, sharedShare } = pair;
    const weight = weights[p]!;
    const [a, b] = couple.map((rank) => ranks[rank]!.runs) as [number, number];
    const runs = Math.min(a, b);
    const perRun = runs / harmonic;
    const own = (rank: number): number => (couple.includes(rank) ? partOf(pair, ranks[rank]!) : 0);
    const coefficients = isQuiet(pair)
      ? ranks.map((_, rank) => own(rank))
      : pooledParts.map((pooledPart, rank) => weight * own(rank) + (1 - weight) * pooledPart);
    const welch = welchDf(coefficients, ranks);
    // Few runs that lie near each other by luck would lend their pair the other rank's degrees of freedom.
    const apart = a === b ? welch : Math.min(welch, welchDf(coefficients, ranks.map(asNoisy)));
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

/** Coefficient of one of the pair's ranks' variance in `square`, without shared seeds. */
function partOf({ runs }: Pick<OwnNoise, "runs">, rank: RankNoise): number {
  return runs / rank.runs;
}

/** Mean over the pairs of each rank's coefficient. */
function pooledPartsOf(pairs: readonly OwnNoise[], ranks: readonly RankNoise[]): number[] {
  const sums = ranks.map(() => 0);
  for (const pair of pairs) for (const rank of pair.couple) sums[rank]! += partOf(pair, ranks[rank]!);
  return sums.map((sum) => sum / pairs.length);
}

function asNoisy({ runs }: RankNoise): RankNoise {
  return { runs, variance: 1 };
}

/** Satterthwaite's degrees of freedom for a weighted sum of variances. */
function welchDf(coefficients: readonly number[], ranks: readonly RankNoise[]): number {
  let [sum, squares] = [0, 0];
  coefficients.forEach((coefficient, rank) => {
    const { runs, variance } = ranks[rank]!;
    if (runs < 2) return;
    sum += coefficient * variance;
    squares += (coefficient * variance) ** 2 / (runs - 1);
  });
  if (squares > 0) return sum ** 2 / squares;
  // Zero variances leave no degrees of freedom to estimate.
  return Math.min(...ranks.filter((_, rank) => coefficients[rank]! > 0).map(({ runs }) => runs - 1));
}

/** Degrees of freedom for a paired variance shrunk to a pooled variance with `factor` times as many. */
function pairedDf(own: number, weight: number, factor: number): number {
  const square = weight ** 2;
  return Math.max(own, 1 / (square / own + (1 - square) / (own * Math.max(1, factor))));
}

/**
 * Student's tail, joint for all mean pairs: Tukey's range for unequal variances (Games and Howell, 1976). The factor (2
 * / ranks)^min(1/2, 2 / df) corrects the error with few runs and many ranks.
 */
export function allPairsTail(error: number, ranks: number, df: number): number {
  if (ranks === 2) return error / 2;
  const share = (2 / ranks) ** Math.min(1 / 2, 2 / df);
  const range = studentizedRangeQuantile(error * share, ranks, df);
  return upperTail(range / Math.SQRT2, df);
}
