import { unobserved } from "../../schema/observations.ts";
import type { TrialSpec } from "../../schema/types.ts";

/** Extra trials for checks, compared with the sweep but no part of it. */
export interface CheckTrials {
  /** Smallest and largest rank at a third and three times their learning rate. */
  readonly otherRates?: readonly TrialSpec[];
  /** Largest rank under rsLoRA's scaling; absent unless the sweep's scaling falls as 1 / rank. */
  readonly otherScaling?: TrialSpec;
}

/** Rate factors far enough to show a better rate, near enough for both ranks to learn at either. */
const rateFactors = [1 / 3, 3];

/**
 * Extra trials for a robustness check, under the first seed, without evaluations on the way. Rank 0 has no adapter and
 * is left out; fewer than two other ranks need none.
 *
 * @param compared specs of the compared trials
 * @param hasSpec tells whether the results folder has a trial
 */
export function robustnessTrials(
  compared: readonly TrialSpec[],
  hasSpec: (spec: TrialSpec) => boolean = () => false,
): CheckTrials & Required<Pick<CheckTrials, "otherRates">> {
  const adapted = compared.filter(({ lora }) => lora.rank > 0);
  const seed = Math.min(...adapted.map((spec) => spec.seed));
  const first = adapted
    .filter((spec) => spec.seed === seed)
    .map(unobserved)
    .sort((a, b) => a.lora.rank - b.lora.rank);
  const [smallest, largest] = [first[0], first.at(-1)];
  if (smallest === undefined || largest === undefined || smallest === largest) return { otherRates: [] };
  const otherRates = rateFactors.flatMap((factor) => [smallest, largest].map((spec) => atRate(spec, factor)));
  const otherScaling = underRslora(largest, smallest);
  // Results folders by versions without the scaling trial keep their decision. An interrupted sweep has that trial
  // first.
  const isWithout = otherScaling === undefined || (otherRates.every(hasSpec) && !hasSpec(otherScaling));
  return isWithout ? { otherRates } : { otherRates, otherScaling };
}

function atRate<Spec extends TrialSpec>(spec: Spec, factor: number): Spec {
  const { optimizer } = spec;
  return { ...spec, optimizer: { ...optimizer, learningRate: optimizer.learningRate! * factor } };
}

/** Largest rank under rsLoRA's scaling, with alpha / √smallest. Undefined unless scaling falls as 1 / rank. */
function underRslora<Spec extends TrialSpec>(spec: Spec, smallest: TrialSpec): Spec | undefined {
  const { lora } = spec;
  if (lora.scalingRule !== "lora" || lora.alpha === undefined || lora.alpha !== smallest.lora.alpha)
    return undefined;
  const alpha = lora.alpha / Math.sqrt(smallest.lora.rank);
  return { ...spec, lora: { ...lora, scalingRule: "rslora", alpha } };
}
