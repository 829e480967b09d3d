import type { ChooseTrials, PlannedSweep } from "../method-trials.ts";
import { planProbe } from "./probe.ts";
import { probeSoFar } from "./so-far.ts";

/**
 * Probe trials: the largest rank, cut to all smaller, then the adequate-looking rank; a smaller or a larger follows by
 * the result.
 */
export const probeTrials: ChooseTrials = ({ specs, summary }, soFar) => {
  const { ranks, seeds, confidence } = summary;
  const { fromRank, smaller, probeSeeds, confirmationSeeds } = planProbe(ranks, seeds, confidence);
  const specsOf = (rank: number, under: readonly number[]) =>
    specs.filter(({ lora, seed }) => lora.rank === rank && under.includes(seed));
  let trials = specsOf(fromRank, confirmationSeeds);
  if (!soFar.isComplete(trials)) return { trials, truncations: [] };
  const truncations = soFar
    .completed(specsOf(fromRank, probeSeeds))
    .map((trialId) => ({ trialId, ranks: smaller }));
  const cut = soFar.truncationsOf(truncations);
  if (cut === undefined) return { trials, truncations };
  for (;;) {
    const { next } = probeSoFar(soFar.outcomesOf(trials), cut, summary);
    if (next === undefined) return { trials, truncations };
    const added = specsOf(next.rank, next.seeds).filter((spec) => !trials.includes(spec));
    trials = [...trials, ...added];
    if (!soFar.isComplete(trials)) return { trials, truncations };
  }
};

/** Expected trials if the first confirmation holds. */
export function expectedOfProbe({ summary: { ranks, seeds, confidence } }: PlannedSweep): number {
  return 2 * planProbe(ranks, seeds, confidence).confirmationSeeds.length;
}
