import { accuracyOf, type EngineEvaluation } from "@lorank/core/results";
import { evaluationBatches, lengthsOf, padBatch } from "../batches/batches.ts";
import type { TokenizedExample, TokenizedTokensExample } from "../data/dataset.ts";
import { IGNORE_INDEX } from "../transformer/batch.ts";
import type { Transformer } from "../transformer/transformer.ts";

/** Padded tokens of one evaluation batch: enough to keep the processor busy, small enough for any machine's memory. */
export const EVALUATION_TOKENS = 2048;

export interface EvaluateOptions {
  readonly padId: number;
  readonly onProgress?: (done: number, total: number) => void;
}

/** Evaluates `model` on every example, in length-sorted batches; the figures come back in the examples' own order. */
export async function evaluate(
  model: Transformer,
  examples: readonly TokenizedExample[] | readonly TokenizedTokensExample[],
  { padId, onProgress }: EvaluateOptions,
): Promise<EngineEvaluation> {
  const tally = new Tally(examples.length);
  let done = 0;
  for (const indices of evaluationBatches(lengthsOf(examples), EVALUATION_TOKENS)) {
    const own = Array.from(indices, (index) => examples[index]!) as TokenizedExample[];
    const batch = padBatch(own, { padId });
    const rows = await model.losses(batch);
    const rowsPerExample = rows.losses.length / batch.lengths.length; // 1 to classify, seq for causal-lm
    indices.forEach((index, i) => {
      const from = i * rowsPerExample;
      tally.add(index, sumOfRows(rows, batch.targets, from, from + rowsPerExample));
    });
    done += indices.length;
    onProgress?.(done, examples.length);
  }
  return tally.evaluation();
}

/** Figures of one model, example by example. */
class Tally {
  readonly #correct: number[];
  readonly #logLosses: number[];

  constructor(examples: number) {
    this.#correct = new Array<number>(examples);
    this.#logLosses = new Array<number>(examples);
  }

  add(example: number, { loss, hits, count }: ReturnType<typeof sumOfRows>): void {
    this.#correct[example] = hits / count;
    this.#logLosses[example] = loss / count;
  }

  evaluation(): EngineEvaluation {
    const [correct, logLosses] = [this.#correct, this.#logLosses];
    const logLoss = logLosses.reduce((sum, loss) => sum + loss, 0) / logLosses.length;
    return { accuracy: accuracyOf({ correct }), logLoss, correct, logLosses };
  }
}

function sumOfRows(
  { losses, hits }: { readonly losses: Float32Array; readonly hits: Uint8Array },
  targets: Int32Array,
  from: number,
  to: number,
): { loss: number; hits: number; count: number } {
  const sum = { loss: 0, hits: 0, count: 0 };
  for (let row = from; row < to; row++) {
    if (targets[row] === IGNORE_INDEX) continue;
    sum.loss += losses[row]!;
    sum.hits += hits[row]!;
    sum.count++;
  }
  return sum;
}
