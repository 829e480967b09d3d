/** Marks a token position that has no target. The value is that of PyTorch's cross-entropy. */
export const IGNORED = -100;

/** One pass through the model: examples padded to one length, on the right unless `starts` says otherwise. */
export interface MicroBatch {
  /** `[batch * seq]`, padded with any token. */
  readonly inputIds: Int32Array;
  /** Real tokens of each example. */
  readonly lengths: readonly number[];
  /** Column of each example's first real token. (default: 0 for all) */
  readonly starts?: readonly number[];
  readonly seq: number;
  /** classification: class of each example `[batch]`; causal-lm: next token of each position `[batch * seq]` or IGNORED. */
  readonly targets: Int32Array;
}

/** Number of positions or examples that have a target. */
export function countTargets(targets: Int32Array): number {
  let count = 0;
  for (const target of targets) if (target !== IGNORED) count++;
  return count;
}
