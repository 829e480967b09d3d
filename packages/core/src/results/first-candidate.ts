import type { RankPrediction } from "./method-types.ts";

/**
 * The rank that a probe trains first: the smallest whose truncations fall short of the largest rank by at most the margin. That
 * is generous to small ranks on purpose: training at a low rank finds what cutting down to it has lost, hardly ever less. A
 * rank that is known to be better than the largest takes its place as what there is to reach. The next to the largest where
 * no smaller one does, since whether the largest is needed is then the question. Undefined where nothing could be predicted.
 */
export function firstCandidate(predictions: readonly RankPrediction[], margin: number): number | undefined {
  const smaller = predictions.slice(0, -1);
  const toReach = Math.max(0, ...predictions.map(({ interval: [low] }) => low));
  const found = smaller.find(({ advantage }) => toReach - advantage <= margin) ?? smaller.at(-1);
  return found?.rank;
}
