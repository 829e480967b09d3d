import { mean } from "../../statistics/averages.ts";
import type { ClaimTails } from "../claim-tails.ts";
import { type PairComparison, type PairwiseComparison, pairOf } from "../compare.ts";
import { moderatedDf } from "../interval/half-width.ts";
import { forecastOf, type Pilot, type Size } from "./forecast.ts";

export interface Certificate {
  readonly pilot: Pilot;
  readonly marginAt: (size: Size) => number;
  /** Tells whether a design's `marginAt` is at most the margin. */
  readonly isWithin: (size: Size, margin: number) => boolean;
  /** Test like `isWithin`, at the lowest plausible noise between seeds (tenth percentile). */
  readonly lowNoise: () => Certificate["isWithin"];
}

/** Forecast of certifying the smallest rank in play; undefined without a rival, and with a single seed. */
export function certificateOf(
  { pairs, tails }: PairwiseComparison,
  inPlay: readonly number[],
  power: number,
): Certificate | undefined {
  const [rank, ...rivals] = inPlay;
  if (rank === undefined || rivals.length === 0) return undefined;
  const own = rivals.map((rival) => pairOf(pairs, rank, rival));
  if (own[0]!.pair.fit.seeds < 2) return undefined;
  const left = pairs.filter(({ first, second }) => inPlay.includes(first) && inPlay.includes(second));
  const noise = noiseOf(left);
  const ranks = new Set(pairs.flatMap(({ first, second }) => [first, second])).size;
  return certificateFrom(
    {
      ...noise,
      ranks,
      // Degrees of freedom as if ranks were equally noisy: few seeds understate the sphericity.
      df: Math.max(moderatedDf(noise.seeds, ranks), noise.df),
      tail: pairs[0]?.first === rank ? tails.smallestTail : tails.otherTail,
      rivals: own.map(({ pair, mean }) => ({ advantage: mean, seedSquare: pair.fit.seedSquare })),
    },
    power,
  );
}

/** Forecast of certifying the smallest of equal ranks, from a pilot's noise. Undefined with a single seed. */
export function certificateOfEqual(
  { pairs }: PairwiseComparison,
  { smallestTail }: ClaimTails,
  ranks: number,
  power: number,
): Certificate | undefined {
  const [{ fit }] = pairs as readonly [PairComparison];
  if (fit.seeds < 2) return undefined;
  const seedSquare = mean(pairs.map((pair) => pair.fit.seedSquare));
  const rivals = Array.from({ length: ranks - 1 }, () => ({ seedSquare }));
  return certificateFrom({ ...noiseOf(pairs), ranks, tail: smallestTail, rivals }, power);
}

function noiseOf(pairs: readonly PairComparison[]): Omit<Pilot, "ranks" | "tail" | "rivals"> {
  const average = (of: (pair: PairComparison) => number): number => mean(pairs.map(of));
  const [{ fit }] = pairs as readonly [PairComparison];
  const { seeds, examples, groupSize } = fit;
  return {
    ...{ seeds, examples, groupSize, df: average((pair) => pair.fit.seedDf) },
    unit: Math.max(...pairs.map((pair) => pair.unit)),
    differing: average((pair) => (pair.fit.differing * groupSize) / examples),
    example: average((pair) => pair.fit.components.example),
    residual: average((pair) => pair.fit.components.residual),
  };
}

function certificateFrom(pilot: Pilot, power: number): Certificate {
  const possible = forecastOf(pilot);
  return {
    pilot,
    marginAt: (size) => possible.boundAt(size, power),
    isWithin: (size, margin) => possible.isWithin(size, power, margin),
    lowNoise: () => {
      const low = forecastOf(pilot, "low");
      return (size, margin) => low.isWithin(size, power, margin);
    },
  };
}
