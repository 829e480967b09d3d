import { outcomesFromTrials, planProbe, probeSoFar } from "@lorank/core/decide";
import type { Plan } from "../plan/plan.ts";
import type { SweepStore } from "../store/store.ts";
import { missingRanks, type WantedTruncation } from "../store/truncations.ts";
import { isComplete, resultsOf } from "./done.ts";
import type { Method, Wanted } from "./method.ts";

/**
 * The largest rank, its adapters cut to every smaller one, then the rank that looks adequate, under the same seeds: a
 * smaller one where a pilot of it keeps up, a larger one after it where that is refuted.
 */
export function probe(plan: Plan): Method {
  const { ranks, seeds, confidence } = plan.summary;
  const { fromRank, smaller, probeSeeds, confirmationSeeds } = planProbe(ranks, seeds, confidence);
  const specsOf = (rank: number, under: readonly number[]) =>
    plan.specs.filter(({ lora, seed }) => lora.rank === rank && under.includes(seed));

  function cutOf(store: SweepStore): WantedTruncation[] {
    return resultsOf(store, specsOf(fromRank, probeSeeds)).flatMap(({ trialId, status }) =>
      status === "completed" ? [{ trialId, ranks: smaller }] : [],
    );
  }

  return {
    expectedTrials: 2 * confirmationSeeds.length,
    wanted: (store): Wanted => {
      let trials = specsOf(fromRank, confirmationSeeds);
      if (!isComplete(store, trials)) return { trials, truncations: [] };
      const truncations = cutOf(store);
      if (truncations.some((one) => missingRanks(store, one).length > 0)) return { trials, truncations };
      const cut = truncations.flatMap((one) =>
        one.ranks.map((rank) => store.readTruncation(one.trialId, rank)),
      );
      for (;;) {
        const { next } = probeSoFar(outcomesFromTrials(resultsOf(store, trials)), cut, plan.summary);
        if (next === undefined) return { trials, truncations };
        const added = specsOf(next.rank, next.seeds).filter((spec) => !trials.includes(spec));
        trials = [...trials, ...added];
        if (!isComplete(store, trials)) return { trials, truncations };
      }
    },
  };
}
