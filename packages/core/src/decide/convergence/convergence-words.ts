import { isBehindPrior } from "../../results/behind-prior.ts";
import type { Decision, RankConvergence } from "../../results/types.ts";
import { defaultMargins } from "../decide.ts";
import { listed, withError } from "../words.ts";
import { convergenceOf, type TrainedTrial } from "./convergence.ts";

/**
 * The decision with the state of each compared rank's training, and with a sentence in the explanation where a rank was not
 * done learning. `majorityShare` is the share of the most frequent class among the evaluation examples.
 */
export function withConvergence(
  decision: Decision,
  trials: readonly TrainedTrial[],
  majorityShare?: number,
): Decision {
  const { metric, margin, confidence, classPrior } = decision;
  const compared = new Set(decision.ranks.map(({ rank }) => rank));
  const convergence = convergenceOf(
    trials.filter(({ spec }) => compared.has(spec.lora.rank)),
    {
      confidence,
      threshold: metric === "log-loss" ? margin : defaultMargins["log-loss"],
      ...(majorityShare === undefined ? {} : { majorityShare }),
      learned: (classPrior?.ranks ?? []).filter(({ isBetter }) => isBetter).map(({ rank }) => rank),
    },
  );
  if (convergence.length === 0) return decision;
  // Where no rank learned anything, `withFault` says what is to be done about it.
  const words = isBehindPrior(decision) ? [] : convergenceInWords(convergence);
  const explanation = [decision.explanation, ...words].join(" ");
  return { ...decision, convergence, explanation };
}

/** Sentences on the ranks that were not done learning; none where there is no such rank. */
export function convergenceInWords(convergence: readonly RankConvergence[]): string[] {
  const falling = convergence.filter(({ state }) => state === "falling");
  const stuck = convergence.filter(({ state, rose }) => state === "stuck" && !rose);
  const burnt = convergence.filter(({ state, rose }) => state === "stuck" && rose);
  const sentences: string[] = [];
  if (burnt.length > 0) {
    const [their, them] = burnt.length > 1 ? ["their", "them"] : ["its", "it"];
    sentences.push(
      `${listed(ranksOf(burnt))} had learned next to nothing when the training ended: ${their} training loss rose far above ` +
        `where it began, so the learning rate is too high for ${them} (--learning-rate auto searches one for all ranks).`,
    );
  }
  if (falling.length + stuck.length === 0) return sentences;
  if (stuck.length > 0) {
    sentences.push(`${listed(ranksOf(stuck))} had learned next to nothing when the training ended.`);
  }
  if (falling.length > 0) {
    const most = falling.reduce((a, b) => (b.fall! > a.fall! ? b : a));
    const [low, high] = most.interval!;
    const amount = withError(most.fall!, (high - low) / 2, "log-loss");
    const of = falling.length > 1 ? ` (of r=${most.rank})` : "";
    sentences.push(
      `The training loss of ${listed(ranksOf(falling))} was still falling at the end: twice the budget would lower it ` +
        `by ${amount}${of}.`,
    );
  }
  const epochs = 2 * convergence[0]!.epochs;
  sentences.push(`Part of what the ranks differ by may be speed: train longer (--epochs ${epochs}).`);
  return sentences;
}

function ranksOf(found: readonly RankConvergence[]): number[] {
  return found.map(({ rank }) => rank);
}
