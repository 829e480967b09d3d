import { randomStream } from "../random/random.ts";
import type { MicroBatch } from "../transformer/batch.ts";

/** A run of tokens in a stream. */
export interface DocumentSpan {
  readonly start: number;
  readonly length: number;
}

/**
 * Cuts a corpus into windows for causal language modelling: one pass over all documents in an order of its own for
 * each epoch, joined end to end, `seq` tokens a window with the next token of each position as its target. The rest
 * of an epoch that does not fill a micro-batch is left out.
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

/** How many micro-batches {@link languageWindows} yields an epoch. */
export function countWindows(documents: readonly DocumentSpan[], seq: number, batch: number): number {
  const tokens = documents.reduce((total, { length }) => total + length, 0);
  return Math.floor(Math.floor((tokens - 1) / seq) / batch);
}
