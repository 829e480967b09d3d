import type { TrialSpec } from "../../schema/types.ts";

/** Extra trials of checks. They are compared with the sweep and are no part of it. */
export interface CheckTrials {
  /** The smallest and the largest rank at a third and three times their learning rate. */
  readonly otherRates?: readonly TrialSpec[];
  /** The largest rank under rsLoRA's scaling; absent where the sweep's does not fall with the rank as 1 / rank. */
  readonly otherScaling?: TrialSpec;
}

/** Far enough to show a rank that the sweep's rate suits, near enough that both ranks still learn at one of them. */
const rateFactors = [1 / 3, 3];

/**
 * Extra trials of a robustness check: all under the first seed, all else as it is. Rank 0 has no adapter and is left
 * out. Fewer than two other ranks have no order to check, and no trial.
 *
 * @param compared specs of the trials that were compared
 * @param hasSpec tells what the results folder has
 */
export function robustnessTrials(
  compared: readonly TrialSpec[],
  hasSpec: (spec: TrialSpec) => boolean = () => false,
): CheckTrials & Required<Pick<CheckTrials, "otherRates">> {
  const adapted = compared.filter(({ lora }) => lora.rank > 0);
  const seed = Math.min(...adapted.map((spec) => spec.seed));
  const first = adapted.filter((spec) => spec.seed === seed).sort((a, b) => a.lora.rank - b.lora.rank);
  const [smallest, largest] = [first[0], first.at(-1)];
  if (smallest === undefined || largest === undefined || smallest === largest) return { otherRates: [] };
  const otherRates = rateFactors.flatMap((factor) => [smallest, largest].map((spec) => atRate(spec, factor)));
  const otherScaling = underRslora(largest, smallest);
  // A folder of a version that tried other rates alone stays as it was decided. The specs are written in the order of execution,
  // so a sweep that was killed among them has that of the other scaling first.
  const isWithout = otherScaling === undefined || (otherRates.every(hasSpec) && !hasSpec(otherScaling));
  return isWithout ? { otherRates } : { otherRates, otherScaling };
}

function atRate<Spec extends TrialSpec>(spec: Spec, factor: number): Spec {
  const { optimizer } = spec;
  return { ...spec, optimizer: { ...optimizer, learningRate: optimizer.learningRate! * factor } };
}

/**
 * The largest rank under rsLoRA's scaling, alpha / √rank. Its alpha, alpha / √smallest, leaves the smallest rank's
 * scaling as it is. Undefined where no scaling falls as 1 / rank: under rsLoRA already, and where alpha follows the
 * rank. Undefined too where another trainer does not get both settings.
 */
function underRslora<Spec extends TrialSpec>(spec: Spec, smallest: TrialSpec): Spec | undefined {
  const { lora } = spec;
  if (lora.scalingRule !== "lora" || lora.alpha === undefined || lora.alpha !== smallest.lora.alpha)
    return undefined;
  const alpha = lora.alpha / Math.sqrt(smallest.lora.rank);
  return { ...spec, lora: { ...lora, scalingRule: "rslora", alpha } };
}
