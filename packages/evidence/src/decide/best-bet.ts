import { cutToRange, type MetricName, metricOf } from "../schema/metric.ts";
import type { BestBet } from "../schema/types.ts";
import { mean } from "../statistics/averages.ts";
import { expectedLargest, largestOf, type Normal } from "../statistics/normal.ts";
import { type PairwiseComparison, pairOf } from "./compare.ts";
import { openBound } from "./open-bound.ts";

export interface OpenComparison {
  readonly ranks: readonly number[];
  readonly seeds: number;
  readonly comparison: PairwiseComparison;
  readonly certifiedRank: number | null;
  readonly bestRank: number;
  readonly metric: MetricName;
}

/** Least probability to be the best rank at which another seed is proposed for a rank. */
const leastChance = 0.05;

/**
 * Best bet while the verdict is open: the certified rank, or else the best mean. No other rule lost less at no larger
 * rank: packages/evidence/bench/best-bet.md. Expected loss: E[max μ] − E[μ_bet].
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

/** Variance of a rank's mean, by source: half a pair's. Ranks with collapsed runs count only if all pairs have one. */
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

interface Posterior {
  /** Posterior probability; weights sum to 1. */
  readonly weight: number;
  readonly priorVariance: number;
  readonly normals: readonly Normal[];
  /** Shrinks an observed mean towards the average over ranks. */
  readonly shrunk: (mean: number) => number;
}

const nodes = 10;

/**
 * Posteriors for the true means, by variance between ranks. Means shrink to their average by B = noise / (noise +
 * variance), with a uniform prior on 0 to 1. After k means with sum of squares Q, B's density is proportional to B^((k
 * − 1) / 2) exp(−B Q / (2 noise)).
 *
 * The most probable B alone would understate the expected loss two to ten times in simulations. Source: Daniels, "A
 * prior for the variance in hierarchical models" (1999).
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

function varianceAt(noise: number, priorVariance: number): number {
  return (priorVariance * noise) / (priorVariance + noise);
}
