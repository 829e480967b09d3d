import type { LossPoint, TrialSpec } from "@lorank/core";
import { floats, type Tensor } from "@lorank/graph";
import { createAdamW } from "./adamw.ts";
import { epochOrder, microBatches, padBatch, trainingSteps } from "./batches.ts";
import type { TokenizedDataset, TokenizedExample } from "./data/dataset.ts";
import { dropoutMasks } from "./dropout.ts";
import type { Transformer } from "./model/transformer.ts";
import { optimizerStep } from "./optimizer-step.ts";
import { learningRateAt, warmupStepsOf } from "./schedule.ts";
import type { TrialEvent } from "./trial.ts";

export interface Training {
  readonly lossCurve: readonly LossPoint[];
  /** Real tokens seen, padding not counted. */
  readonly trainTokens: number;
  /** Present when the loss or its gradient stopped being finite; training ends there. */
  readonly divergedAtStep?: number;
}

/** Trains `trained` in place: the whole loop of one trial. */
export async function trainAdapter(
  { optimizer: options, lora, seed }: TrialSpec,
  model: Transformer,
  trained: ReadonlyMap<string, Tensor>,
  examples: TokenizedDataset["train"],
  padId: number,
  onEvent: (event: TrialEvent) => void,
): Promise<Training> {
  const parameters = new Map([...trained].map(([name, tensor]) => [name, floats(tensor)]));
  const gradients = new Map([...parameters].map(([name, data]) => [name, new Float32Array(data.length)]));
  const optimizer = createAdamW(parameters, {
    ...options,
    learningRateFactor: loraPlusFactor(trained, options.loraPlusRatio ?? 1),
  });
  const lengths = examples.map(({ inputIds }) => inputIds.length);
  const steps = trainingSteps(epochOrder(examples.length, options.epochs, seed), options.batchSize);
  const schedule = {
    ...options,
    warmupSteps: warmupStepsOf(steps.length, options.warmupRatio),
    totalSteps: steps.length,
  };
  const lossCurve: LossPoint[] = [];
  let trainTokens = 0;
  for (const [i, indices] of steps.entries()) {
    const learningRate = learningRateAt(i, schedule);
    const loss = await optimizerStep(model, optimizer, gradients, {
      microBatches: microBatches(indices, lengths, options.microBatchSize).map((rows) =>
        padBatch(Array.from(rows, (row) => examples[row]!) as TokenizedExample[], { padId }),
      ),
      learningRate,
      maxGradientNorm: options.maxGradientNorm,
      ...(lora.dropout > 0
        ? { keep: (microBatch: number) => dropoutMasks(lora.dropout, seed, i, microBatch) }
        : {}),
    });
    if (!Number.isFinite(loss)) return { lossCurve, trainTokens, divergedAtStep: i + 1 };
    for (const row of indices) trainTokens += lengths[row]!;
    lossCurve.push({ step: i + 1, loss, learningRate });
    onEvent({ kind: "step", step: i + 1, steps: steps.length, loss, learningRate });
  }
  return { lossCurve, trainTokens };
}

/**
 * LoRA+: B, and what is trained as a vector, learns `ratio` times as fast as A and the weights of a head.
 * Source: LoRA+, https://arxiv.org/abs/2402.12354; which tensors: peft 0.21, create_loraplus_optimizer.
 */
export function loraPlusFactor(
  trained: ReadonlyMap<string, Tensor>,
  ratio: number,
): (name: string) => number {
  return (name) => (name.endsWith(".lora_B.weight") || trained.get(name)!.shape.length === 1 ? ratio : 1);
}
