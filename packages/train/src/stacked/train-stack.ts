import type { EngineSpec } from "@lorank/core/results";
import type { Tensor } from "@lorank/graph";
import { microBatches, packingPays, padBatch } from "../batches/batches.ts";
import type { TokenizedDataset, TokenizedExample } from "../data/dataset.ts";
import { applyGradients, overflowed } from "../optimizer/optimizer-step.ts";
import { numbersOf, planTraining, type TrainingPlan } from "../optimizer/training-plan.ts";
import { countTargets, type MicroBatch } from "../transformer/batch.ts";
import type { DropoutMask } from "../transformer/dropout-masks.ts";
import type { Transformer } from "../transformer/transformer.ts";
import { dropoutMasks } from "../trial/dropout.ts";
import { isLearning, type Learner, newLearner, record, type Training, trainingOf } from "../trial/learner.ts";
import type { TrainingCheckpoints } from "../trial/training-checkpoints.ts";
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
  /** Of the stack as a whole. (default: none) */
  readonly checkpoints?: TrainingCheckpoints | undefined;
}

/**
 * Trains all trials at once, each as it would train alone, and writes what they learned into their `trained`. Their
 * micro-batches go through the base behind each other, padded to the longest text of all; loss, clipping, learning rate
 * and optimiser are each trial's own. One that diverges stays in the batch with nothing to learn: no operation mixes
 * rows of two trials, so that what is not finite in its rows stays there.
 */
export async function trainStack(
  trials: readonly StackedTrial[],
  { model, stack, examples, padId, inDim, onEvent, plan = planTraining, checkpoints }: TrainStackOptions,
): Promise<Training[]> {
  const parameters = numbersOf(stack.tensors);
  const gradients = new Map([...parameters].map(([name, { length }]) => [name, new Float32Array(length)]));
  // Parameters and gradients of each are parts of the stack's.
  const learners = trials.map(({ spec, trained }, i) =>
    newLearner(
      spec,
      plan(spec, examples.length),
      trained,
      stack.ownOf(parameters, i),
      stack.ownOf(gradients, i),
    ),
  );
  const lengths = examples.map(({ inputIds }) => inputIds.length);
  const steps = learners[0]!.plan.steps.length;
  const cut = Array.from({ length: steps }, (_, step) => stackedBatches(step));
  const pack = packingPays(cut.flat(), lengths, learners.length);
  const begun = checkpoints?.begin(learners) ?? 0;
  for (let step = begun; step < steps && learners.some(isLearning); step++) {
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
    for (const [i, learner] of learners.entries()) if (isLearning(learner)) move(learner, step, losses[i]!);
    checkpoints?.stepped(step + 1);
    for (const [i, learner] of learners.entries())
      if (isLearning(learner)) onEvent(i, { kind: "step", steps, ...learner.lossCurve[step]! });
  }
  for (const [i, { parameters }] of learners.entries()) unstack(parameters, trials[i]!.trained);
  return learners.map((learner) => trainingOf(learner, checkpoints?.earlier));

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
    const own = learners.map(({ plan, spec }) =>
      microBatches(plan.steps[step]!, lengths, spec.optimizer.microBatchSize),
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
      isLearning(learner) ? dropoutMasks(dropout, learner.spec.seed, step, microBatch) : undefined,
    );
    return stackedMasks(keeps, { tokens, examples: own, inDim });
  }

  function move(learner: Learner, step: number, loss: number): void {
    const { plan, optimizer, gradients, spec, lossScale } = learner;
    const learningRate = plan.learningRate(step);
    const { maxGradientNorm } = spec.optimizer;
    const scale = lossScale?.value ?? 1;
    const moved = applyGradients(optimizer, gradients, { loss, learningRate, maxGradientNorm, scale });
    if (!Number.isNaN(moved)) lossScale?.grow();
    record(learner, step, moved, lengths);
  }
}
