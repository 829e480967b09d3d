import type { TrialSpec } from "@lorank/core";
import { isComplete } from "./done.ts";
import type { Method } from "./method.ts";
import { robustnessSpecs } from "./robustness.ts";

const probedRates = 2;
const probedRanks = 2;

/** A method that, when it has all its trials, also wants its smallest and largest rank at other learning rates. */
export function withOtherRates(method: Method): Method {
  return {
    expectedTrials: method.expectedTrials + probedRates * probedRanks,
    wanted: (store) => {
      const wanted = method.wanted(store);
      // While trials are missing the method may yet want more of them.
      return isComplete(store, wanted.trials)
        ? { ...wanted, otherRates: robustnessSpecs(compared(wanted.trials)) }
        : wanted;
    },
  };
}

/** Trials of the ranks that ran under most seeds: a rank that was given up early is no part of the answer. */
function compared(trials: readonly TrialSpec[]): TrialSpec[] {
  const runs = (rank: number): number => trials.filter(({ lora }) => lora.rank === rank).length;
  const most = Math.max(...trials.map(({ lora }) => runs(lora.rank)));
  return trials.filter(({ lora }) => runs(lora.rank) === most);
}
