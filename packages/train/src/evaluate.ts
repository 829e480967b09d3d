import type { Evaluation } from "@lorank/core";
import { evaluationBatches, padBatch } from "./batches.ts";
import type { TokenizedExample, TokenizedTokensExample } from "./data/dataset.ts";
import { IGNORED } from "./model/batch.ts";
import type { Transformer } from "./model/transformer.ts";

/** Padded tokens of one evaluation batch: enough to keep the processor busy, small enough for any machine's memory. */
const TOKENS_PER_BATCH = 2048;

export interface EvaluateOptions {
  readonly padId: number;
  readonly onProgress?: (done: number, total: number) => void;
}

/** Evaluates `model` on every example, in length-sorted batches; the figures come back in the examples' own order. */
export async function evaluate(
  model: Transformer,
  examples: readonly TokenizedExample[] | readonly TokenizedTokensExample[],
  { padId, onProgress }: EvaluateOptions,
): Promise<Evaluation> {
  const lengths = examples.map(({ inputIds }) => inputIds.length);
  const correct = new Array<number>(examples.length);
  const logLosses = new Array<number>(examples.length);
  let done = 0;
  let targets = 0;
  let hits = 0;
  for (const indices of evaluationBatches(lengths, { maxTokens: TOKENS_PER_BATCH })) {
    const batch = padBatch(Array.from(indices, (index) => examples[index]!) as TokenizedExample[], { padId });
    const rows = await model.losses(batch);
    const rowsPerExample = rows.losses.length / indices.length; // 1 to classify, seq for causal-lm
    indices.forEach((index, i) => {
      const figures = meanOfRows(rows, batch.targets, i * rowsPerExample, (i + 1) * rowsPerExample);
      correct[index] = figures.hits / figures.count;
      logLosses[index] = figures.loss / figures.count;
      targets += figures.count;
      hits += figures.hits;
    });
    done += indices.length;
    onProgress?.(done, examples.length);
  }
  const logLoss = logLosses.reduce((sum, loss) => sum + loss, 0) / examples.length;
  return { accuracy: hits / targets, logLoss, correct, logLosses };
}

function meanOfRows(
  { losses, hits }: { readonly losses: Float32Array; readonly hits: Uint8Array },
  targets: Int32Array,
  from: number,
  to: number,
): { loss: number; hits: number; count: number } {
  const sum = { loss: 0, hits: 0, count: 0 };
  for (let row = from; row < to; row++) {
    if (targets[row] === IGNORED) continue;
    sum.loss += losses[row]!;
    sum.hits += hits[row]!;
    sum.count++;
  }
  return sum;
}
