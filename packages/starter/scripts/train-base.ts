import type { Runtime, Tensor } from "@lorank/graph";
import { type Family, type MicroBatch, randomStream, Transformer } from "@lorank/train/engine";
import { type AdamWOptions, createAdamW } from "../../train/src/optimizer/adamw.ts";
import { lossScaleFor, optimizerStep } from "../../train/src/optimizer/optimizer-step.ts";
import { learningRateAt, warmupStepsOf } from "../../train/src/optimizer/training-plan.ts";

export interface PretrainOptions {
  readonly family: Family;
  readonly runtime: Runtime;
  /** Trained in place. */
  readonly parameters: ReadonlyMap<string, Tensor>;
  readonly ids: Uint16Array;
  readonly documents: readonly DocumentSpan[];
  readonly seq: number;
  readonly batch: number;
  readonly epochs: number;
  readonly learningRate: number;
  readonly warmupRatio: number;
  readonly maxGradientNorm: number;
  readonly adamw: AdamWOptions;
  readonly seed: number;
  /** Stop after so many steps, for a trial run. (default: all) */
  readonly stopAfter?: number;
}

export interface PretrainStep {
  readonly step: number;
  readonly steps: number;
  readonly loss: number;
  readonly learningRate: number;
}

/** Trains all of a base's weights as a causal language model, in place. Throws when the loss stops being finite. */
export async function pretrain(
  options: PretrainOptions,
  onStep: (step: PretrainStep) => void,
): Promise<void> {
  const { family, runtime, parameters, ids, documents, seq, batch, epochs, seed } = options;
  const model = new Transformer({
    family,
    runtime,
    head: family.head({ kind: "causal-lm" }),
    parameters,
    trainBase: true,
  });
  const trained = new Map([...parameters].map(([name, tensor]) => [name, tensor.data as Float32Array]));
  const gradients = new Map([...trained].map(([name, data]) => [name, new Float32Array(data.length)]));
  const optimizer = createAdamW(trained, options.adamw);
  const steps = epochs * countWindows(documents, seq, batch);
  const schedule = {
    learningRate: options.learningRate,
    schedule: "cosine",
    warmupSteps: warmupStepsOf(steps, options.warmupRatio),
    totalSteps: steps,
  } as const;
  const lossScale = lossScaleFor(runtime.computeDtype ?? "float32");
  let step = 0;
  for (let epoch = 0; epoch < epochs; epoch++) {
    for (const microBatch of languageWindows(ids, documents, { seq, batch, epoch, seed })) {
      const learningRate = learningRateAt(step + 1, schedule);
      const loss = await optimizerStep(model, optimizer, gradients, {
        microBatches: [microBatch],
        learningRate,
        maxGradientNorm: options.maxGradientNorm,
        lossScale,
      });
      if (!Number.isFinite(loss)) throw new Error(`pretraining diverged at step ${step + 1}`);
      onStep({ step: ++step, steps, loss, learningRate });
      if (step === options.stopAfter) return model.dispose();
    }
  }
  await model.dispose();
}

/** A run of tokens in a stream. */
interface DocumentSpan {
  readonly start: number;
  readonly length: number;
}

/**
 * Cuts a corpus into windows for causal language modelling. All documents occur once, joined end to end, in an order of
 * its own for each epoch. A window has `seq` tokens, and the next token of each position as its target. The rest of an
 * epoch that does not fill a micro-batch is left out.
 */
export function* languageWindows(
  ids: Uint16Array,
  documents: readonly DocumentSpan[],
  {
    seq,
    batch,
    epoch,
    seed,
  }: { readonly seq: number; readonly batch: number; readonly epoch: number; readonly seed: number },
): Generator<MicroBatch> {
  const order = randomStream(seed, "corpus-order", epoch).shuffle(documents.length);
  const stream = new Uint16Array(documents.reduce((total, { length }) => total + length, 0));
  let end = 0;
  for (const index of order) {
    const { start, length } = documents[index]!;
    stream.set(ids.subarray(start, start + length), end);
    end += length;
  }
  const windows = Math.floor((end - 1) / seq);
  // Neighbouring windows come from one long document: mix them, so that a batch is not about one thing.
  const places = randomStream(seed, "window-order", epoch).shuffle(windows);
  for (let first = 0; first + batch <= windows; first += batch) {
    const inputIds = new Int32Array(batch * seq);
    const targets = new Int32Array(batch * seq);
    for (let row = 0; row < batch; row++) {
      const start = places[first + row]! * seq;
      inputIds.set(stream.subarray(start, start + seq), row * seq);
      targets.set(stream.subarray(start + 1, start + seq + 1), row * seq);
    }
    yield { inputIds, targets, seq, lengths: new Array<number>(batch).fill(seq) };
  }
}

/** Number of micro-batches that {@link languageWindows} yields an epoch. */
export function countWindows(documents: readonly DocumentSpan[], seq: number, batch: number): number {
  const tokens = documents.reduce((total, { length }) => total + length, 0);
  return Math.floor(Math.floor((tokens - 1) / seq) / batch);
}
