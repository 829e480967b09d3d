import type { ChooseTrials, PlannedSweep } from "../method-trials.ts";
import { planProbe } from "./probe.ts";
import { probeSoFar } from "./so-far.ts";

/**
 * The largest rank, its adapters cut to every smaller one, then the rank that looks adequate, under the same seeds.
 * That is a smaller one where a pilot of it keeps up, and a larger one after it where that is refuted.
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

/** Number of trials of a probe whose first confirmation holds. */
export function expectedOfProbe({ summary: { ranks, seeds, confidence } }: PlannedSweep): number {
  return 2 * planProbe(ranks, seeds, confidence).confirmationSeeds.length;
}
