import { InputError } from "@lorank/core";
import type { TokenizedDataset, TokenizedExample, TokenizedTokensExample } from "../data/dataset.ts";
import { randomStream } from "../random/random.ts";
import { firstRows, IGNORE_INDEX, type MicroBatch } from "../transformer/batch.ts";

/** Sequences are padded to a multiple of this, so that few shapes have to be compiled. */
const PAD_TO = 16;

/**
 * The order of `count` examples in each of `epochs` passes: one permutation an epoch, from the stream "data-order". A
 * last epoch that is only a part has the beginning of its order: at least one example. The order depends on the seed
 * alone: trials of different ranks see the same data in the same order. Epoch i is the same in a longer run.
 */
export function epochOrder(count: number, epochs: number, seed: number): Uint32Array[] {
  return Array.from({ length: Math.ceil(epochs) }, (_, epoch) => {
    const part = Math.min(1, epochs - epoch);
    const order = randomStream(seed, "data-order", epoch).shuffle(count);
    return part === 1 ? order : order.slice(0, Math.max(1, Math.round(part * count)));
  });
}

/**
 * Cuts each epoch's order into the example indices of one optimiser step after the other. The last step of an
 * epoch takes what is left; no step crosses into the next epoch.
 */
export function trainingSteps(order: readonly Uint32Array[], batchSize: number): Uint32Array[] {
  assertSize("batchSize", batchSize);
  return order.flatMap((epoch) => chunks(epoch, batchSize));
}

/**
 * Cuts one step's examples into passes through the model. They are sorted by length first, longest first, so that
 * little is padded and a pass that does not fit in memory fails at once. The step's gradient is a sum over its
 * examples, so the order changes it by rounding only. Ties go by index, so it is always the same rounding.
 */
export function microBatches(
  step: Uint32Array,
  lengths: readonly number[],
  microBatchSize: number,
): Uint32Array[] {
  assertSize("microBatchSize", microBatchSize);
  return chunks(longestFirst(step, lengths), microBatchSize);
}

/**
 * Cuts all examples into batches for evaluation, longest first, of as many as fit into `maxTokens`, padding included.
 * Each batch holds example indices: results must be put back by index. An example longer than `maxTokens` gets a batch
 * of its own.
 */
export function evaluationBatches(lengths: readonly number[], maxTokens: number): Uint32Array[] {
  assertSize("maxTokens", maxTokens);
  const order = longestFirst(Uint32Array.from(lengths.keys()), lengths);
  const batches: Uint32Array[] = [];
  for (let start = 0; start < order.length; ) {
    const seq = paddedLength(lengths[order[start]!]!); // the first is the longest
    const size = Math.max(1, Math.floor(maxTokens / seq));
    batches.push(order.slice(start, start + size));
    start += size;
  }
  return batches;
}

/** The layout of examples in sequences. */
interface LayoutOptions {
  /** True if short texts may share a sequence, which stays as long as the longest text needs it. (default: false) */
  readonly pack?: boolean;
}

/** Tokens that pass through the model for these batches, padding included. */
export function countPaddedTokens(
  batches: readonly Uint32Array[],
  lengths: readonly number[],
  { pack = false }: LayoutOptions = {},
): number {
  let tokens = 0;
  for (const batch of batches) {
    const own = Array.from(batch, (index) => lengths[index]!);
    const seq = paddedLength(longestOf(own));
    tokens += seq * ((pack ? packTexts(own, seq)?.count : undefined) ?? own.length);
  }
  return tokens;
}

/** Least share of the tokens that packing has to save: it makes more shapes, and each is compiled. */
const LEAST_SAVED = 0.05;

/** True if these batches are worth packing. */
export function packingPays(batches: readonly Uint32Array[], lengths: readonly number[]): boolean {
  const packed = countPaddedTokens(batches, lengths, { pack: true });
  return packed <= (1 - LEAST_SAVED) * countPaddedTokens(batches, lengths);
}

interface PadOptions extends LayoutOptions {
  /** The sequence length is rounded up to a multiple of this. (default: 16) */
  readonly padTo?: number;
  /** The token at pads; it must be a row of the embedding and is never attended to. (default: 0) */
  readonly padId?: number;
}

/**
 * One pass through the model from its examples: right-padded ids `[batch * seq]` and the targets. Those are a class for
 * each example or, for causal-lm, a token for each position `[batch * seq]`, ignored at pads.
 */
export function padBatch(
  examples: readonly TokenizedExample[] | readonly TokenizedTokensExample[],
  { padTo = PAD_TO, padId = 0, pack = false }: PadOptions = {},
): MicroBatch {
  assertSize("padTo", padTo);
  const lengths = lengthsOf(examples);
  const seq = paddedLength(longestOf(lengths), padTo);
  const packed = pack ? packTexts(lengths, seq) : undefined;
  const layout = { lengths, seq, ...(packed ? { sequences: packed.sequences, starts: packed.starts } : {}) };
  const inputIds = new Int32Array((packed?.count ?? lengths.length) * seq).fill(padId);
  const first = firstRows(layout);
  examples.forEach((example, i) => {
    inputIds.set(example.inputIds, first[i]);
  });
  return { ...layout, inputIds, targets: targetsOf(examples, first, inputIds.length) };
}

function targetsOf(
  examples: readonly TokenizedExample[] | readonly TokenizedTokensExample[],
  first: readonly number[],
  tokens: number,
): Int32Array {
  const classes = new Int32Array(examples.length);
  let next: Int32Array | undefined;
  for (const [i, example] of examples.entries()) {
    if ("label" in example) classes[i] = example.label;
    else {
      next ??= new Int32Array(tokens).fill(IGNORE_INDEX);
      next.set(example.labels, first[i]);
    }
  }
  return next ?? classes;
}

/** Columns that {@link padBatch} gives a text of `length` tokens. */
export const paddedLength = (length: number, padTo = PAD_TO): number => Math.ceil(length / padTo) * padTo;

/** Tokens of each example. */
export function lengthsOf(examples: readonly { readonly inputIds: readonly number[] }[]): number[] {
  return examples.map(({ inputIds }) => inputIds.length);
}

function longestOf(lengths: readonly number[]): number {
  return lengths.reduce((longest, length) => Math.max(longest, length), 0);
}

/** Tokens of the longest text of a data set. */
export function longestText({ train, validation }: Pick<TokenizedDataset, "train" | "validation">): number {
  return longestOf(lengthsOf([...train, ...validation]));
}

function longestFirst(indices: Uint32Array, lengths: readonly number[]): Uint32Array {
  return indices.slice().sort((a, b) => lengths[b]! - lengths[a]! || a - b);
}

function chunks(indices: Uint32Array, size: number): Uint32Array[] {
  const result: Uint32Array[] = [];
  for (let start = 0; start < indices.length; start += size) result.push(indices.slice(start, start + size));
  return result;
}

function assertSize(field: string, size: number): void {
  if (Number.isInteger(size) && size > 0) return;
  throw new InputError("E_BATCH", `${field} must be a positive integer, got ${size}`);
}

/** The places of texts that share sequences. */
interface TextPlaces {
  /** Sequences in all. */
  readonly count: number;
  /** Sequence of each text. */
  readonly sequences: readonly number[];
  /** Column of each text's first token. */
  readonly starts: readonly number[];
}

/**
 * Puts texts of `lengths` into sequences of `seq` tokens: first-fit decreasing, ties by index. Undefined where all texts
 * need one each.
 * Source: Krell et al., https://arxiv.org/abs/2107.02027, section 3.2
 */
export function packTexts(lengths: readonly number[], seq: number): TextPlaces | undefined {
  const sequences = new Array<number>(lengths.length);
  const starts = new Array<number>(lengths.length);
  const filled: number[] = [];
  const longestFirst = [...lengths.keys()].sort((a, b) => lengths[b]! - lengths[a]! || a - b);
  for (const text of longestFirst) {
    const fits = filled.findIndex((tokens) => tokens + lengths[text]! <= seq);
    const sequence = fits === -1 ? filled.push(0) - 1 : fits;
    sequences[text] = sequence;
    starts[text] = filled[sequence]!;
    filled[sequence]! += lengths[text]!;
  }
  return filled.length === lengths.length ? undefined : { count: filled.length, sequences, starts };
}
