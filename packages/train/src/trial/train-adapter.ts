import type { EngineSpec, LossPoint } from "@lorank/core/results";
import type { Tensor } from "@lorank/graph";
import { padBatch } from "../batches/batches.ts";
import type { TokenizedDataset, TokenizedExample } from "../data/dataset.ts";
import { lossScaleFor } from "../optimizer/loss-scale.ts";
import { optimizerStep } from "../optimizer/optimizer-step.ts";
import type { Transformer } from "../transformer/transformer.ts";
import { dropoutMasks } from "./dropout.ts";
import { cutSteps, numbersOf, planTraining, trialOptimizer } from "./training-plan.ts";
import type { TrialEvent } from "./trial-event.ts";

export interface Training {
  readonly lossCurve: readonly LossPoint[];
  /** Real tokens seen, padding not counted. */
  readonly trainTokens: number;
  /** Present when the loss, its gradient or a trained weight stopped being finite; training ends there. */
  readonly divergedAtStep?: number;
}

/** Trains `trained` in place: the whole loop of one trial, or the steps of another `plan`. */
export async function trainAdapter(
  spec: EngineSpec,
  model: Transformer,
  trained: ReadonlyMap<string, Tensor>,
  examples: TokenizedDataset["train"],
  padId: number,
  onEvent: (event: TrialEvent) => void,
  plan = planTraining(spec, examples.length),
): Promise<Training> {
  const { optimizer: options, lora, seed } = spec;
  const parameters = numbersOf(trained);
  const gradients = new Map([...parameters].map(([name, data]) => [name, new Float32Array(data.length)]));
  const optimizer = trialOptimizer(spec, trained, parameters);
  const lengths = examples.map(({ inputIds }) => inputIds.length);
  const { steps: cut, pack } = cutSteps(plan, lengths, options.microBatchSize);
  const lossScale = lossScaleFor(spec.compute ?? "float32");
  const lossCurve: LossPoint[] = [];
  let trainTokens = 0;
  for (const [i, indices] of plan.steps.entries()) {
    const learningRate = plan.learningRate(i);
    const loss = await optimizerStep(model, optimizer, gradients, {
      microBatches: cut[i]!.map((rows) =>
        padBatch(Array.from(rows, (row) => examples[row]!) as TokenizedExample[], { padId, pack }),
      ),
      learningRate,
      maxGradientNorm: options.maxGradientNorm,
      lossScale,
      ...(lora.dropout > 0
        ? { dropoutMask: (microBatch: number) => dropoutMasks(lora.dropout, seed, i, microBatch) }
        : {}),
    });
    if (!Number.isFinite(loss)) return { lossCurve, trainTokens, divergedAtStep: i + 1 };
    for (const row of indices) trainTokens += lengths[row]!;
    lossCurve.push({ step: i + 1, loss, learningRate });
    onEvent({ kind: "step", step: i + 1, steps: plan.steps.length, loss, learningRate });
  }
  return { lossCurve, trainTokens };
}
