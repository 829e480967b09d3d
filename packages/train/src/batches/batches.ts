import { InputError } from "@lorank/core";
import type { TokenizedDataset, TokenizedExample, TokenizedTokensExample } from "../data/dataset.ts";
import { randomStream } from "../random/random.ts";
import { firstRows, IGNORE_INDEX, type MicroBatch } from "../transformer/batch.ts";
import { epochLengths } from "./epoch-lengths.ts";

/** Sequence lengths are padded to this multiple, so that few shapes are compiled. */
const PAD_TO = 16;

/**
 * Example permutations, one per epoch, from the stream "data-order". A partial last epoch takes the first part, at
 * least one example. Only the seed counts: ranks share orders, and longer runs share epochs.
 */
export function epochOrder(count: number, epochs: number, seed: number): Uint32Array[] {
  return epochLengths(count, epochs).map((length, epoch) => {
    const order = randomStream(seed, "data-order", epoch).shuffle(count);
    return length === count ? order : order.slice(0, length);
  });
}

/** Example indices for each optimiser step. No step crosses epochs. */
export function trainingSteps(order: readonly Uint32Array[], batchSize: number): Uint32Array[] {
  assertSize("batchSize", batchSize);
  return order.flatMap((epoch) => chunks(epoch, batchSize));
}

/** Cuts a step into micro-batches, longest examples first, so that a too large one fails at once; ties go by index. */
export function microBatches(
  step: Uint32Array,
  lengths: readonly number[],
  microBatchSize: number,
): Uint32Array[] {
  assertSize("microBatchSize", microBatchSize);
  return chunks(longestFirst(step, lengths), microBatchSize);
}

/** Evaluation batches with up to `maxTokens` padded tokens, longest first. A longer example is a batch alone. */
export function evaluationBatches(lengths: readonly number[], maxTokens: number): Uint32Array[] {
  assertSize("maxTokens", maxTokens);
  const order = longestFirst(Uint32Array.from(lengths.keys()), lengths);
  const batches: Uint32Array[] = [];
  for (let start = 0; start < order.length; ) {
    const seq = paddedLength(lengths[order[start]!]!);
    const size = Math.max(1, Math.floor(maxTokens / seq));
    batches.push(order.slice(start, start + size));
    start += size;
  }
  return batches;
}

interface LayoutOptions {
  /** Short examples may share a sequence, to save padding. (default: false) */
  readonly pack?: boolean;
}

/** Counts tokens passed through the model, padding included. */
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

/** Least share of padded tokens that packing must save, since it compiles programs for more shapes. */
const LEAST_SAVED = 0.05;

export function packingPays(batches: readonly Uint32Array[], lengths: readonly number[]): boolean {
  const packed = countPaddedTokens(batches, lengths, { pack: true });
  return packed <= (1 - LEAST_SAVED) * countPaddedTokens(batches, lengths);
}

interface PadOptions extends LayoutOptions {
  /** Sequence lengths are padded to this multiple. (default: 16) */
  readonly padTo?: number;
  /** Token id at padding, never attended to. (default: 0) */
  readonly padId?: number;
}

/** Micro-batch as tensors: right-padded ids `[batch * seq]`, and targets per example or position. */
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

export const paddedLength = (length: number, padTo = PAD_TO): number => Math.ceil(length / padTo) * padTo;

export function lengthsOf(examples: readonly { readonly inputIds: readonly number[] }[]): number[] {
  return examples.map(({ inputIds }) => inputIds.length);
}

function longestOf(lengths: readonly number[]): number {
  return lengths.reduce((longest, length) => Math.max(longest, length), 0);
}

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

interface TextPlaces {
  readonly count: number;
  readonly sequences: readonly number[];
  /** First column for each text in a packed sequence. */
  readonly starts: readonly number[];
}

/**
 * Packs texts into sequences with `seq` tokens by first-fit decreasing; undefined if no two texts fit together. Source:
 * Krell et al., https://arxiv.org/abs/2107.02027, section 3.2
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
