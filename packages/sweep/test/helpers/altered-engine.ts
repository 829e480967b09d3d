/** Trials of this engine itself, but for one thing. */
import type { TrialSpec } from "@lorank/evidence/results";
import { runTrial } from "@lorank/train";
import { Transformer } from "@lorank/train/engine";
import { engineTrainer } from "../../src/trainers/engine.ts";
import { resumeFolder, takeOver } from "../../src/trainers/take-over.ts";
import { engineSpec } from "../../src/trainers/trainer.ts";

type Train = (typeof engineTrainer)["train"];

/** Its clock runs fast: the first minute is over with the first step, and checkpoints are saved from then on. */
export async function quick(...[{ place, store, spec, attempt, report }, signal]: Parameters<Train>) {
  await takeOver(store, attempt);
  const now = () => 1e6 * performance.now();
  const checkpoints = { folder: resumeFolder(attempt.folder), every: place.checkpointEvery!, now };
  return runTrial(engineSpec(spec), place.resources, report, { checkpoints, signal });
}

/** Steps of a spoilt trial. */
export const steps = 10;

/** The step in which its number is: step `seed` of every rank, or, under seeds above 100, the last step of rank 8 alone. */
export function spoiltStep({ seed, lora }: TrialSpec): number | undefined {
  if (seed <= steps) return seed;
  return lora.rank === 8 ? steps : undefined;
}

const values = [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];

/** One number is not finite in one step. One trial at a time in a process. */
export async function spoilt(...[trial, signal]: Parameters<Train>) {
  const { spec } = trial;
  const { trainStep } = Transformer.prototype;
  let step = 0;
  Transformer.prototype.trainStep = async function (batch, weight, gradients, dropoutMask) {
    const outputs = await trainStep.call(this, batch, weight, gradients, dropoutMask);
    if (++step !== spoiltStep(spec)) return outputs;
    const value = values[(spec.seed + spec.lora.rank) % values.length]!;
    const inLoss = spec.seed % 2 === 0;
    const changed = inLoss ? outputs.losses : [...gradients.values()].at(spec.lora.rank % gradients.size)!;
    changed[0] = value;
    return outputs;
  };
  try {
    return await engineTrainer.train(trial, signal);
  } finally {
    Transformer.prototype.trainStep = trainStep;
  }
}
