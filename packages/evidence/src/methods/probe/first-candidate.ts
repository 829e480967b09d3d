import type { RankPrediction } from "../../schema/method-types.ts";

/**
 * Chooses the rank that a probe trains first: the smallest whose truncations fall short by at most the margin. The goal
 * is the largest rank, or one known to be better. This favours small ranks on purpose, since training at a low rank
 * usually regains the loss from truncation. If none qualifies, it is the second largest: the open question is then
 * whether the largest is needed. Undefined without predictions.
 */
export function firstCandidate(predictions: readonly RankPrediction[], margin: number): number | undefined {
  const smaller = predictions.slice(0, -1);
  const toReach = Math.max(0, ...predictions.map(({ interval: [low] }) => low));
  const found = smaller.find(({ advantage }) => toReach - advantage <= margin) ?? smaller.at(-1);
  return found?.rank;
}
