import { padBatch } from "../batches/batches.ts";
import type { TokenizedDataset, TokenizedExample } from "../data/dataset.ts";
import { optimizerStep } from "../optimizer/optimizer-step.ts";
import type { Transformer } from "../transformer/transformer.ts";
import { isLearning, type Learner, record, type Training } from "./learner.ts";
import type { TrainingCheckpoints } from "./training-checkpoints.ts";
import type { TrialEvent } from "./trial-event.ts";

/** Trains a learner to the end of its plan. */
export async function trainAdapter(
  model: Transformer,
  learner: Learner,
  examples: TokenizedDataset["train"],
  padId: number,
  onEvent: (event: TrialEvent) => void,
  checkpoints?: TrainingCheckpoints,
): Promise<Training> {
  const { plan, optimizer, parameters, maxGradientNorm, dropoutMask, lossScale, lossCurve } = learner;
  const { microBatches, pack, learningRate } = plan;
  const gradients = new Map([...parameters].map(([name, data]) => [name, new Float32Array(data.length)]));
  const steps = microBatches.length;
  for (let i = checkpoints?.begin(learner) ?? 0; i < steps && isLearning(learner); i++) {
    const loss = await optimizerStep(model, optimizer, gradients, {
      microBatches: microBatches[i]!.map((rows) =>
        padBatch(Array.from(rows, (row) => examples[row]!) as TokenizedExample[], { padId, pack }),
      ),
      learningRate: learningRate(i),
      maxGradientNorm,
      lossScale,
      ...(dropoutMask && { dropoutMask: (microBatch: number) => dropoutMask(i, microBatch) }),
    });
    record(learner, i, loss);
    if (!isLearning(learner)) break;
    checkpoints?.stepped(i + 1);
    onEvent({ kind: "step", steps, ...lossCurve[i]! });
  }
  const { trainTokens, divergedAtStep } = learner;
  const earlier = checkpoints?.earlier;
  return {
    lossCurve,
    trainTokens,
    ...(divergedAtStep === undefined ? {} : { divergedAtStep }),
    ...(earlier && { earlier }),
  };
}
