import type { TrialSpec } from "@lorank/core/results";
import { trialId } from "@lorank/train/spec";
import type { Plan } from "../plan/plan.ts";
import type { SweepStore } from "../store/store.ts";
import { isComplete } from "./done.ts";
import type { Method, RobustnessSpecs } from "./method.ts";

/** Far enough to show a rank that the sweep's rate suits, near enough that both ranks still learn at one of them. */
const rateFactors = [1 / 3, 3];

/**
 * The extra trials of a robustness check: all of them under the first seed, all else as it is. Rank 0 has no adapter and
 * is passed over; with fewer than two other ranks there is no order of ranks to check, and no trial.
 */
export function robustnessSpecs(specs: readonly TrialSpec[]): RobustnessSpecs {
  const adapted = specs.filter(({ lora }) => lora.rank > 0);
  const seed = Math.min(...adapted.map((spec) => spec.seed));
  const first = adapted.filter((spec) => spec.seed === seed).sort((a, b) => a.lora.rank - b.lora.rank);
  const [smallest, largest] = [first[0], first.at(-1)];
  if (smallest === undefined || largest === undefined || smallest === largest) return { otherRates: [] };
  const otherRates = rateFactors.flatMap((factor) => [smallest, largest].map((spec) => atRate(spec, factor)));
  const otherScaling = underRslora(largest, smallest);
  return otherScaling === undefined ? { otherRates } : { otherRates, otherScaling };
}

function atRate<Spec extends TrialSpec>(spec: Spec, factor: number): Spec {
  const { optimizer } = spec;
  return { ...spec, optimizer: { ...optimizer, learningRate: optimizer.learningRate! * factor } };
}

/**
 * The largest rank under rsLoRA's scaling, alpha / √rank, with the alpha that leaves the smallest rank's scaling as it
 * is: alpha / √smallest. Undefined under rsLoRA already, and where alpha follows the rank: no scaling falls as 1 / rank; so
 * it is where another trainer is not told both.
 */
function underRslora<Spec extends TrialSpec>(spec: Spec, smallest: TrialSpec): Spec | undefined {
  const { lora } = spec;
  if (lora.scalingRule !== "lora" || lora.alpha === undefined || lora.alpha !== smallest.lora.alpha)
    return undefined;
  const alpha = lora.alpha / Math.sqrt(smallest.lora.rank);
  return { ...spec, lora: { ...lora, scalingRule: "rslora", alpha } };
}

/** The trials of a plan's robustness check, in the order of execution; none where it asks for no check. */
export function robustnessTrials({ config, specs }: Pick<Plan, "config" | "specs">): TrialSpec[] {
  return config.robustness ? inOrder(robustnessSpecs(specs)) : [];
}

/** In the order of execution. */
export function inOrder({ otherRates = [], otherScaling }: Partial<RobustnessSpecs>): TrialSpec[] {
  return [...(otherScaling === undefined ? [] : [otherScaling]), ...otherRates];
}

/** A method that, when it has all its trials, also wants those of the plan's robustness check. */
export function withRobustness(method: Method, plan: Plan): Method {
  return {
    expectedTrials: method.expectedTrials + robustnessTrials(plan).length,
    wanted: (store) => {
      const wanted = method.wanted(store);
      // While trials are missing the method may yet want more of them.
      if (!isComplete(store, wanted.trials)) return wanted;
      const { otherRates, otherScaling } = robustnessSpecs(compared(wanted.trials));
      const isNew = otherScaling !== undefined && !wasAskedWithout(store, otherRates, otherScaling);
      return { ...wanted, otherRates, ...(isNew ? { otherScaling } : {}) };
    },
  };
}

/**
 * Whether the folder is of a version that tried other rates alone: then it stays as it was decided. The specs are written
 * in the order of execution, so a sweep that was killed among them has that of the other scaling first.
 */
function wasAskedWithout(
  store: SweepStore,
  otherRates: readonly TrialSpec[],
  otherScaling: TrialSpec,
): boolean {
  const hasSpec = (spec: TrialSpec): boolean => store.hasSpec(trialId(spec));
  return otherRates.every(hasSpec) && !hasSpec(otherScaling);
}

/** Trials of the ranks that ran under most seeds: a rank that was given up early is no part of the answer. */
function compared(trials: readonly TrialSpec[]): TrialSpec[] {
  const runs = (rank: number): number => trials.filter(({ lora }) => lora.rank === rank).length;
  const most = Math.max(...trials.map(({ lora }) => runs(lora.rank)));
  return trials.filter(({ lora }) => runs(lora.rank) === most);
}
