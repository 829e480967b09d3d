import type { TrialSpec } from "@lorank/core";

/** Far enough to show a rank that the sweep's rate suits, near enough that both ranks still learn at one of them. */
const rateFactors = [1 / 3, 3];

/**
 * The extra trials of a robustness probe: the smallest and the largest rank at a third and three times their learning
 * rate, under the first seed, all else as it is. Rank 0 has no adapter and is passed over; with fewer than two other
 * ranks there is no order of ranks to probe, and no trial.
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
