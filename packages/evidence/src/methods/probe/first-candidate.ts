import type { RankPrediction } from "../../schema/method-types.ts";

/**
 * First rank to train: the smallest whose truncations fall short of the best by at most the margin, else the second
 * largest. Training at a low rank usually regains what truncation loses.
 */
export function firstCandidate(predictions: readonly RankPrediction[], margin: number): number | undefined {
  const smaller = predictions.slice(0, -1);
  const toReach = Math.max(0, ...predictions.map(({ interval: [low] }) => low));
  const found = smaller.find(({ advantage }) => toReach - advantage <= margin) ?? smaller.at(-1);
  return found?.rank;
}
