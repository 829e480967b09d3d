import { cutToRange, type MetricName, metricOf } from "../schema/metric.ts";
import type { BestBet } from "../schema/types.ts";
import { mean } from "../statistics/averages.ts";
import { expectedLargest, largestOf, type Normal } from "../statistics/normal.ts";
import { type PairwiseComparison, pairOf } from "./compare.ts";
import { openBound } from "./open-bound.ts";

/** An open decision. */
export interface OpenComparison {
  /** Compared ranks, ascending. */
  readonly ranks: readonly number[];
  readonly seeds: number;
  readonly comparison: PairwiseComparison;
  readonly certifiedRank: number | null;
  /** Rank with the best mean, the smallest of equals. */
  readonly bestRank: number;
  readonly metric: MetricName;
}

/** Ranks that are the best with less than this probability are not worth another seed. */
const leastChance = 0.05;

/**
 * Finds the rank to choose if the verdict is open: the certified one, or else the best mean. On published sweeps no other
 * rule lost less at no larger rank: packages/evidence/bench/best-bet.md.
 *
 * The expected loss is E[max μ] − E[μ of the bet]. The true means μ of the ranks are independent and normal around a
 * common mean, and their prior variance is integrated out: see {@link posteriors}. Without two seeds and two ranks the
 * bet has no known risk.
 */
export function bestBetOf(open: OpenComparison): BestBet {
  const { ranks, seeds, comparison, certifiedRank, bestRank, metric } = open;
  const rank = certifiedRank ?? bestRank;
  if (seeds < 2 || ranks.length < 2) return { rank };
  const noise = noiseOf(comparison, ranks);
  const means = ranks.map((one) => (one === ranks[0] ? 0 : pairOf(comparison.pairs, one, ranks[0]!).mean));
  const mayLose = cutToRange(openBound(comparison, rank), metricOf(metric));
  const bet = means[ranks.indexOf(rank)]!;
  const now = noise.seed / seeds + noise.example;
  if (now === 0) return { rank, expectedLoss: Math.max(...means) - bet, mayLose };

  const possible = posteriors(means, now).map((one) => ({ ...one, largest: largestOf(one.normals) }));
  const average = (of: (one: (typeof possible)[number]) => number): number =>
    possible.reduce((sum, one) => sum + one.weight * of(one), 0);
  const expectedLoss = average(({ largest, shrunk }) => largest.expected - shrunk(bet));
  const mayBeBest = ranks.filter(
    (_, index) => average(({ largest }) => largest.chances[index]!) >= leastChance,
  );
  const then = noise.seed / (seeds + 1) + noise.example;
  const saves = average((one) => {
    const learned = one.normals.map(({ mean, variance }, index) => ({
      mean,
      variance: mayBeBest.includes(ranks[index]!) ? variance - varianceAt(then, one.priorVariance) : 0,
    }));
    return expectedLargest(learned) - Math.max(...one.normals.map((normal) => normal.mean));
  });
  return {
    rank,
    expectedLoss: Math.max(0, expectedLoss),
    mayLose,
    ...(mayBeBest.length > 1 && saves > 0 ? { oneMoreSeed: { ranks: mayBeBest, saves } } : {}),
  };
}

/**
 * Noise of one rank's mean that others do not share, half of that of a pair: of one seed, and of the examples.
 * Collapsed runs do not count if there are pairs without them.
 */
function noiseOf(
  { pairs: all, collapsed }: PairwiseComparison,
  ranks: readonly number[],
): { readonly seed: number; readonly example: number } {
  const noisy = collapsed.map(({ rank }) => ranks[rank]!);
  const clean = all.filter(({ first, second }) => !noisy.includes(first) && !noisy.includes(second));
  const pairs = clean.length > 0 ? clean : all;
  return {
    seed: mean(pairs.map(({ fit }) => fit.seedSquare / fit.examples)) / 2,
    example: mean(pairs.map(({ fit }) => fit.components.example / fit.examples)) / 2,
  };
}

/** Posterior distributions of the true means for one variance between them. */
interface Posterior {
  /** All weights sum to 1. */
  readonly weight: number;
  readonly priorVariance: number;
  readonly normals: readonly Normal[];
  /** Draws an observed mean towards the common one. */
  readonly shrunk: (mean: number) => number;
}

/** Points of the quadrature over the share by which means are shrunk. */
const nodes = 10;

/**
 * Posterior distributions of the true means for possible variances between ranks. Observed means are shrunk towards their
 * mean by B = noise / (noise + variance between ranks). Beforehand B is uniform between 0 and 1. After k means with the
 * sum of squares Q its density is in proportion to B^((k − 1) / 2) exp(−B Q / (2 noise)).
 *
 * The single most probable B would often be 1 and the expected loss 0. In simulations that is a half to a tenth of the true one.
 * Source: Daniels, "A prior for the variance in hierarchical models" (1999).
 */
function posteriors(means: readonly number[], noise: number): Posterior[] {
  const centre = mean(means);
  const rate = means.reduce((sum, value) => sum + (value - centre) ** 2, 0) / (2 * noise);
  const shape = (means.length + 1) / 2;
  const most = Math.min(1, (shape + 5 * Math.sqrt(shape)) / rate);
  const shares = Array.from({ length: nodes }, (_, i) => (most * (i + 0.5)) / nodes);
  const logWeights = shares.map((share) => (shape - 1) * Math.log(share) - share * rate);
  const largest = Math.max(...logWeights);
  const weights = logWeights.map((log) => Math.exp(log - largest));
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  return shares.map((share, i) => {
    const shrunk = (value: number): number => centre + (1 - share) * (value - centre);
    const variance = (1 - share) * noise;
    return {
      weight: weights[i]! / total,
      priorVariance: variance / share,
      normals: means.map((value) => ({ mean: shrunk(value), variance })),
      shrunk,
    };
  });
}

/** Variance of a true mean that was observed with this noise. */
function varianceAt(noise: number, priorVariance: number): number {
  return (priorVariance * noise) / (priorVariance + noise);
}
