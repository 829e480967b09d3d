import type { EngineSpec, LossPoint } from "@lorank/core/results";
import type { Tensor } from "@lorank/graph";
import { microBatches, packingPays, padBatch } from "../batches/batches.ts";
import type { TokenizedDataset, TokenizedExample } from "../data/dataset.ts";
import type { AdamW } from "../optimizer/adamw.ts";
import { type LossScale, lossScaleFor } from "../optimizer/loss-scale.ts";
import { applyGradients, overflowed } from "../optimizer/optimizer-step.ts";
import { countTargets, type MicroBatch } from "../transformer/batch.ts";
import type { DropoutMask } from "../transformer/dropout-masks.ts";
import type { Transformer } from "../transformer/transformer.ts";
import { dropoutMasks } from "../trial/dropout.ts";
import type { Training } from "../trial/train-adapter.ts";
import { numbersOf, planTraining, type TrainingPlan, trialOptimizer } from "../trial/training-plan.ts";
import type { TrialEvent } from "../trial/trial-event.ts";
import { type Stack, unstack } from "./stack.ts";
import { stackedMasks } from "./stacked-masks.ts";

/** A trial of a stack, and what it trains. */
export interface StackedTrial {
  readonly spec: EngineSpec;
  readonly trained: ReadonlyMap<string, Tensor>;
}

export interface TrainStackOptions {
  /** Stacked for `trials`, over the tensors of `stack`. */
  readonly model: Transformer;
  readonly stack: Stack;
  readonly examples: TokenizedDataset["train"];
  readonly padId: number;
  /** Width of a linear layer's input, by its path in its module. */
  readonly inDim: (path: string) => number;
  readonly onEvent: (trial: number, event: TrialEvent) => void;
  /** Training plan of each trial; all must have the same number of steps. (default: what its spec says) */
  readonly plan?: (spec: EngineSpec, examples: number) => TrainingPlan;
}

/** A trial while it trains. Its parameters and gradients are parts of the stack's. */
interface Learner {
  readonly trial: StackedTrial;
  readonly plan: TrainingPlan;
  readonly optimizer: AdamW;
  readonly parameters: ReadonlyMap<string, Float32Array>;
  readonly gradients: ReadonlyMap<string, Float32Array>;
  readonly lossScale: LossScale | undefined;
  readonly lossCurve: LossPoint[];
  trainTokens: number;
  divergedAtStep?: number;
}

/**
 * Trains all trials at once, each as it would train alone, and writes what they learned into their `trained`. Their
 * micro-batches go through the base behind each other, padded to the longest text of all; loss, clipping, learning rate
 * and optimiser are each trial's own. One that diverges stays in the batch with nothing to learn: no operation mixes
 * rows of two trials, so that what is not finite in its rows stays there.
 */
export async function trainStack(
  trials: readonly StackedTrial[],
  { model, stack, examples, padId, inDim, onEvent, plan = planTraining }: TrainStackOptions,
): Promise<Training[]> {
  const parameters = numbersOf(stack.tensors);
  const gradients = new Map([...parameters].map(([name, { length }]) => [name, new Float32Array(length)]));
  const learners = trials.map((trial, i): Learner => {
    const own = stack.ownOf(parameters, i);
    return {
      trial,
      plan: plan(trial.spec, examples.length),
      optimizer: trialOptimizer(trial.spec, trial.trained, own),
      parameters: own,
      gradients: stack.ownOf(gradients, i),
      lossScale: lossScaleFor(trial.spec.compute ?? "float32"),
      lossCurve: [],
      trainTokens: 0,
    };
  });
  const lengths = examples.map(({ inputIds }) => inputIds.length);
  const steps = learners[0]!.plan.steps.length;
  const cut = Array.from({ length: steps }, (_, step) => stackedBatches(step));
  const pack = packingPays(cut.flat(), lengths, learners.length);
  for (let step = 0; step < steps && learners.some(isLearning); step++) {
    const batches = cut[step]!.map((rows) =>
      padBatch(Array.from(rows, (row) => examples[row]!) as TokenizedExample[], {
        padId,
        pack,
        parts: learners.length,
      }),
    );
    const targets = learners.map((_, i) =>
      batches.reduce((count, { targets }) => count + countTargets(part(targets, i)), 0),
    );
    let losses: number[];
    do losses = await meanLosses(batches, step, targets);
    while (anyOverflowed(losses));
    for (const [i, learner] of learners.entries())
      if (isLearning(learner)) move(learner, step, losses[i]!, (event) => onEvent(i, event));
  }
  for (const { parameters, trial } of learners) unstack(parameters, trial.trained);
  return learners.map(({ lossCurve, trainTokens, divergedAtStep }) => ({
    lossCurve,
    trainTokens,
    ...(divergedAtStep === undefined ? {} : { divergedAtStep }),
  }));

  /** Each trial's loss; its gradients, times its scale, are left in `gradients`. */
  async function meanLosses(
    batches: readonly MicroBatch[],
    step: number,
    targets: readonly number[],
  ): Promise<number[]> {
    for (const gradient of gradients.values()) gradient.fill(0);
    const totals = new Array<number>(learners.length).fill(0);
    for (const [microBatch, batch] of batches.entries()) {
      const dropoutMask = masks(batch, step, microBatch);
      const { losses } = await model.trainStep(batch, weights(batch, targets), gradients, dropoutMask);
      for (const i of learners.keys()) for (const loss of part(losses, i)) totals[i]! += loss;
    }
    return totals.map((total, i) => total / targets[i]!);
  }

  /** Whether the step must be done again for a trial, and with it for all: those that went well come to the same. */
  function anyOverflowed(losses: readonly number[]): boolean {
    const again = learners.filter(
      (learner, i) =>
        learner.lossScale &&
        isLearning(learner) &&
        Number.isFinite(losses[i]) &&
        overflowed(learner.lossScale, learner.gradients),
    );
    return again.length > 0;
  }

  /** The micro-batches of one step, each with the examples of all trials, one trial's after the other's. */
  function stackedBatches(step: number): Uint32Array[] {
    const own = learners.map(({ plan, trial }) =>
      microBatches(plan.steps[step]!, lengths, trial.spec.optimizer.microBatchSize),
    );
    return own[0]!.map((_, i) => Uint32Array.from(own.flatMap((batches) => [...batches[i]!])));
  }

  /** A trial's part of an array with as many elements for each trial. */
  function part<T extends Int32Array | Float32Array>(all: T, trial: number): T {
    const size = all.length / learners.length;
    return all.subarray(trial * size, (trial + 1) * size) as T;
  }

  function weights({ lengths }: MicroBatch, targets: readonly number[]): Float32Array {
    const all = new Float32Array(lengths.length);
    for (const [i, learner] of learners.entries())
      if (isLearning(learner)) part(all, i).fill((learner.lossScale?.value ?? 1) / targets[i]!);
    return all;
  }

  function masks({ lengths }: MicroBatch, step: number, microBatch: number): DropoutMask | undefined {
    const { dropout } = trials[0]!.spec.lora;
    if (dropout === 0) return undefined;
    const own = lengths.length / learners.length;
    const tokens = learners.map((_, i) =>
      lengths.slice(i * own, (i + 1) * own).reduce((sum, length) => sum + length, 0),
    );
    const keeps = learners.map((learner) =>
      isLearning(learner) ? dropoutMasks(dropout, learner.trial.spec.seed, step, microBatch) : undefined,
    );
    return stackedMasks(keeps, { tokens, examples: own, inDim });
  }

  function move(learner: Learner, step: number, loss: number, tell: (event: TrialEvent) => void): void {
    const { plan, optimizer, gradients, trial, lossScale } = learner;
    const learningRate = plan.learningRate(step);
    const { maxGradientNorm } = trial.spec.optimizer;
    const scale = lossScale?.value ?? 1;
    if (Number.isNaN(applyGradients(optimizer, gradients, { loss, learningRate, maxGradientNorm, scale }))) {
      learner.divergedAtStep = step + 1;
      return;
    }
    lossScale?.grow();
    for (const row of plan.steps[step]!) learner.trainTokens += lengths[row]!;
    learner.lossCurve.push({ step: step + 1, loss, learningRate });
    tell({ kind: "step", step: step + 1, steps, loss, learningRate });
  }
}

function isLearning({ divergedAtStep }: Learner): boolean {
  return divergedAtStep === undefined;
}
