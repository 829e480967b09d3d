import { robustnessSpecs } from "../robustness.ts";
import { isComplete } from "./done.ts";
import type { Method } from "./method.ts";

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
        ? { ...wanted, otherRates: robustnessSpecs(wanted.trials) }
        : wanted;
    },
  };
}
