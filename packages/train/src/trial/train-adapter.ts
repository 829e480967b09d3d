import type { EngineSpec } from "@lorank/core/results";
import type { Tensor } from "@lorank/graph";
import { padBatch } from "../batches/batches.ts";
import type { TokenizedDataset, TokenizedExample } from "../data/dataset.ts";
import { optimizerStep } from "../optimizer/optimizer-step.ts";
import { cutSteps, numbersOf, planTraining } from "../optimizer/training-plan.ts";
import type { Transformer } from "../transformer/transformer.ts";
import { dropoutMasks } from "./dropout.ts";
import { isLearning, newLearner, record, type Training, trainingOf } from "./learner.ts";
import type { TrainingCheckpoints } from "./training-checkpoints.ts";
import type { TrialEvent } from "./trial-event.ts";

/** Trains `trained` in place: the whole loop of one trial, or the steps of another `plan`. */
export async function trainAdapter(
  spec: EngineSpec,
  model: Transformer,
  trained: ReadonlyMap<string, Tensor>,
  examples: TokenizedDataset["train"],
  padId: number,
  onEvent: (event: TrialEvent) => void,
  plan = planTraining(spec, examples.length),
  checkpoints?: TrainingCheckpoints,
): Promise<Training> {
  const { optimizer: options, lora, seed } = spec;
  const parameters = numbersOf(trained);
  const gradients = new Map([...parameters].map(([name, data]) => [name, new Float32Array(data.length)]));
  const learner = newLearner(spec, plan, trained, parameters, gradients);
  const { optimizer, lossScale, lossCurve } = learner;
  const lengths = examples.map(({ inputIds }) => inputIds.length);
  const { steps: cut, pack } = cutSteps(plan, lengths, options.microBatchSize);
  const steps = plan.steps.length;
  for (let i = checkpoints?.begin(learner) ?? 0; i < steps && isLearning(learner); i++) {
    const loss = await optimizerStep(model, optimizer, gradients, {
      microBatches: cut[i]!.map((rows) =>
        padBatch(Array.from(rows, (row) => examples[row]!) as TokenizedExample[], { padId, pack }),
      ),
      learningRate: plan.learningRate(i),
      maxGradientNorm: options.maxGradientNorm,
      lossScale,
      ...(lora.dropout > 0
        ? { dropoutMask: (microBatch: number) => dropoutMasks(lora.dropout, seed, i, microBatch) }
        : {}),
    });
    record(learner, i, loss, lengths);
    if (!isLearning(learner)) break;
    checkpoints?.stepped(i + 1);
    onEvent({ kind: "step", steps, ...lossCurve[i]! });
  }
  return trainingOf(learner, checkpoints?.earlier);
}
