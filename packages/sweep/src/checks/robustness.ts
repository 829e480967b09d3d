import type { TrialSpec } from "@lorank/core/results";
import type { CheckSpecs, TrialCheck } from "./check.ts";

/** Tells whether the order of the ranks holds at other learning rates and under another scaling. */
export const robustness: TrialCheck = {
  rules: ({ optimizer: { learningRate } }, must) =>
    must(
      learningRate !== undefined,
      "learning-rate",
      "given for --robustness, which trains at others",
      learningRate,
    ),
  specsOf(compared, hasSpec) {
    const { otherRates, otherScaling } = robustnessSpecs(compared);
    // A folder of a version that tried other rates alone stays as it was decided. The specs are written in the order of execution,
    // so a sweep that was killed among them has that of the other scaling first.
    const isWithout = otherScaling === undefined || (otherRates.every(hasSpec) && !hasSpec(otherScaling));
    return isWithout ? { otherRates } : { otherRates, otherScaling };
  },
};

/** Far enough to show a rank that the sweep's rate suits, near enough that both ranks still learn at one of them. */
const rateFactors = [1 / 3, 3];

/**
 * The extra trials of a robustness check: all of them under the first seed, all else as it is. Rank 0 has no adapter and
 * is passed over; with fewer than two other ranks there is no order of ranks to check, and no trial.
 */
export function robustnessSpecs(
  specs: readonly TrialSpec[],
): CheckSpecs & Required<Pick<CheckSpecs, "otherRates">> {
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
