import type { Selection } from "../results/types.ts";
import { expectedMaximum } from "../statistics/expected-maximum.ts";
import type { PairComparison } from "./compare.ts";
import { varianceOfMean } from "./interval/half-width.ts";

/**
 * How much better than it is the best of `ranks` equal ranks looks on the outcomes that it was chosen by (the winner's
 * curse): the expected largest of so many normals, times the standard deviation of what the ranks do not share. That is
 * half the variance of a difference, taken as the mean over all pairs; what pairing cancels moves all ranks alike and
 * inflates none. For ranks that differ it is an upper end.
 */
export function selectionOf(pairs: readonly PairComparison[], ranks: number): Selection {
  let variance = 0;
  for (const { fit } of pairs) {
    const { seedPart, examplePart } = varianceOfMean(fit.components, fit.seeds, fit.examples);
    variance += (seedPart + examplePart) / pairs.length;
  }
  return { ranks, expectedInflation: expectedMaximum(ranks) * Math.sqrt(variance / 2) };
}
