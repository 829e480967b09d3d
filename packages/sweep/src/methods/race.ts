import { outcomesFromTrials, raceSoFar } from "@lorank/core/decide";
import type { Plan } from "../plan/plan.ts";
import { isComplete, resultsOf } from "./done.ts";
import type { Method, Wanted } from "./method.ts";

/** Blocks of seeds: after each, ranks that are settled drop out, and the race ends when its verdict is settled or hopeless. */
export function race({ summary, specs }: Plan): Method {
  return {
    expectedTrials: specs.length,
    wanted: (store): Wanted => {
      let trials: Wanted["trials"] = [];
      for (;;) {
        const { next } = raceSoFar(outcomesFromTrials(resultsOf(store, trials)), summary);
        if (next.kind === "stop") return { trials, truncations: [] };
        const added = specs.filter(
          (spec) =>
            !trials.includes(spec) && next.ranks.includes(spec.lora.rank) && next.seeds.includes(spec.seed),
        );
        trials = [...trials, ...added];
        if (!isComplete(store, added)) return { trials, truncations: [] };
      }
    },
  };
}
