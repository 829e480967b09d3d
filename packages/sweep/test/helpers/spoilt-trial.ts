/**
 * Trials as they are, but for one number that is not finite in one step: in step `seed` of every rank, or, under seeds
 * above 100, in the last step of rank 8 alone.
 */
import type { EngineSpec, TrialSpec } from "@lorank/evidence/results";
import { type TrialEvent, type TrialOutcome, type TrialResources, runTrial as train } from "@lorank/train";
import { Transformer } from "@lorank/train/engine";

/** Steps of a trial. */
export const steps = 10;

/** The step in which a trial's number is. */
export function spoiltStep({ seed, lora }: TrialSpec): number | undefined {
  if (seed <= steps) return seed;
  return lora.rank === 8 ? steps : undefined;
}

const values = [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];

/** One trial at a time in a process. */
export async function runTrial(
  spec: EngineSpec,
  resources: TrialResources,
  onEvent?: (event: TrialEvent) => void,
): Promise<TrialOutcome> {
  const { trainStep } = Transformer.prototype;
  let step = 0;
  Transformer.prototype.trainStep = async function (batch, weight, gradients, dropoutMask) {
    const outputs = await trainStep.call(this, batch, weight, gradients, dropoutMask);
    if (++step !== spoiltStep(spec)) return outputs;
    const value = values[(spec.seed + spec.lora.rank) % values.length]!;
    const inLoss = spec.seed % 2 === 0;
    const spoilt = inLoss ? outputs.losses : [...gradients.values()].at(spec.lora.rank % gradients.size)!;
    spoilt[0] = value;
    return outputs;
  };
  try {
    return await train(spec, resources, onEvent);
  } finally {
    Transformer.prototype.trainStep = trainStep;
  }
}
