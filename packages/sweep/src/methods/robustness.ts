import type { TrialSpec } from "@lorank/core/results";
import { isComplete } from "./done.ts";
import type { Method } from "./method.ts";

/** Far enough to show a rank that the sweep's rate suits, near enough that both ranks still learn at one of them. */
const rateFactors = [1 / 3, 3];

/**
 * The extra trials of a robustness check: the smallest and the largest rank at a third and three times their learning
 * rate, under the first seed, all else as it is. Rank 0 has no adapter and is passed over; with fewer than two other
 * ranks there is no order of ranks to check, and no trial.
 */
export function robustnessSpecs(specs: readonly TrialSpec[]): TrialSpec[] {
  const adapted = specs.filter(({ lora }) => lora.rank > 0);
  const seed = Math.min(...adapted.map((spec) => spec.seed));
  const first = adapted.filter((spec) => spec.seed === seed).sort((a, b) => a.lora.rank - b.lora.rank);
  const [smallest, largest] = [first[0], first.at(-1)];
  if (smallest === undefined || largest === undefined || smallest === largest) return [];
  return rateFactors.flatMap((factor) => [smallest, largest].map((spec) => atRate(spec, factor)));
}

function atRate(spec: TrialSpec, factor: number): TrialSpec {
  const { optimizer } = spec;
  return { ...spec, optimizer: { ...optimizer, learningRate: optimizer.learningRate * factor } };
}

/** The smallest and the largest. */
const ranksTried = 2;

/** A method that, when it has all its trials, also wants its smallest and largest rank at other learning rates. */
export function withRobustness(method: Method): Method {
  return {
    expectedTrials: method.expectedTrials + rateFactors.length * ranksTried,
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
