import { randomStream } from "../../statistics/random.ts";
import type { ClaimTails } from "../claim-tails.ts";
import { type Comparison, claimFactors, type PairComparison, pairWidths } from "../compare.ts";
import { moderatedDf } from "../interval/moderate.ts";
import { verdictOf } from "../verdict.ts";

/** A race at a look, and the tails that its last look will have. */
export interface ForecastInput {
  readonly ranks: readonly number[];
  /** The smallest rank of the whole race. */
  readonly smallest: number;
  readonly comparison: Comparison;
  readonly dropped: readonly number[];
  readonly margin: number;
  readonly plannedSeeds: number;
  /** Tails of the last look. */
  readonly lastTails: ClaimTails;
}

/** Continuations: enough to know a probability of 1/4 within 3 % (a standard error). */
const draws = 200;

/**
 * Estimates the probability that all planned seeds would end the race in a conclusive verdict: the share of `draws`
 * continuations. A continuation moves the mean of each rank by the noise of the remaining seeds, and gives each pair
 * the half-widths of the last look.
 *
 * The noise between seeds is pooled over all pairs, and varied by its uncertainty. True means are drawn around the
 * observed ones. Deterministic: the draws have a fixed seed.
 */
export function promiseOf({
  ranks,
  smallest,
  comparison,
  dropped,
  margin,
  plannedSeeds,
  lastTails,
}: ForecastInput): number {
  const { pairs } = comparison;
  const { seeds, examples } = pairs[0]!.fit;
  const factors = claimFactors(lastTails, plannedSeeds, examples);
  const left = plannedSeeds - seeds;
  const df = (seeds - 1) * (ranks.length - 1);
  const pooled = pairs.reduce((sum, { fit }) => sum + fit.seedSquare, 0) / pairs.length;
  const random = randomStream(1);
  const chiSquare = (degrees: number): number => {
    let sum = 0;
    for (let i = 0; i < degrees; i++) sum += random.normal() ** 2;
    return sum;
  };

  // Half-widths by pair, as a function of the mean square between all planned seeds.
  const seedDf = moderatedDf(plannedSeeds, ranks.length);
  const widths = pairs.map(({ first, fit, unit }) =>
    pairWidths({ ...fit, seeds: plannedSeeds, seedDf }, { unit, factors, isSmallest: first === smallest }),
  );
  const continued = (index: number, shift: number, square: number): PairComparison => {
    const pair = pairs[index]!;
    const mean = pair.fit.mean + shift;
    const seedSquare = ((seeds - 1) * pair.fit.seedSquare + left * square) / (plannedSeeds - 1);
    const ofClaims = widths[index]!(seedSquare);
    return {
      ...pair,
      fit: { ...pair.fit, mean },
      ...ofClaims,
      supported: Math.abs(mean) > ofClaims.halfWidth,
    };
  };

  let conclusive = 0;
  for (let draw = 0; draw < draws; draw++) {
    // A possible true mean square between seeds of a difference; half of it is one rank's.
    const square = (pooled * df) / chiSquare(df);
    const sd = Math.sqrt((square / examples / 2) * (1 / seeds - 1 / plannedSeeds));
    const shifts = ranks.map(() => sd * random.normal());
    const shiftOf = (rank: number): number => shifts[ranks.indexOf(rank)]!;
    const future = pairs.map(({ first, second }, index) =>
      continued(index, shiftOf(first) - shiftOf(second), (square * chiSquare(left)) / left),
    );
    const { verdict } = verdictOf({
      ranks,
      seeds: plannedSeeds,
      margin,
      comparison: { pairs: future, tails: lastTails },
      dropped,
    });
    if (verdict !== "inconclusive") conclusive++;
  }
  return conclusive / draws;
}
