import { marginBy, metrics } from "../../results/metric.ts";
import type { Decision } from "../../results/types.ts";
import { explained } from "../../results/words/in-words.ts";
import { convergenceOf, type TrainedTrial } from "./convergence.ts";

/**
 * The decision with the state of each compared rank's training; its explanation names the ranks that were not done learning.
 * `majorityShare` is the share of the most frequent class among the evaluation examples.
 */
export function withConvergence(
  decision: Decision,
  trials: readonly TrainedTrial[],
  majorityShare?: number,
): Decision {
  const { confidence, classPrior } = decision;
  const compared = new Set(decision.ranks.map(({ rank }) => rank));
  const convergence = convergenceOf(
    trials.filter(({ spec }) => compared.has(spec.lora.rank)),
    {
      confidence,
      threshold: marginBy(metrics["log-loss"], decision),
      ...(majorityShare === undefined ? {} : { majorityShare }),
      learned: (classPrior?.ranks ?? []).filter(({ isBetter }) => isBetter).map(({ rank }) => rank),
    },
  );
  return convergence.length === 0 ? decision : explained({ ...decision, convergence });
}
