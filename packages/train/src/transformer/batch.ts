/** Marks a token position that has no target. The value is that of PyTorch's cross-entropy. */
export const IGNORE_INDEX = -100;

/** One pass through the model: examples in sequences of one length, padded on the right unless `starts` says otherwise. */
export interface MicroBatch {
  /** `[batch * seq]` for `batch` sequences, padded with any token. */
  readonly inputIds: Int32Array;
  /** Real tokens of each example. */
  readonly lengths: readonly number[];
  /** Column of each example's first real token. (default: 0 for all) */
  readonly starts?: readonly number[];
  /**
   * Sequence of each example. Where it is given several may share one: they do not see each other, and positions count
   * from 0 in each. (default: one sequence an example, and positions are columns)
   */
  readonly sequences?: readonly number[];
  readonly seq: number;
  /** classification: class of each example; causal-lm: next token of each position `[batch * seq]` or IGNORE_INDEX. */
  readonly targets: Int32Array;
}

/** Where the tokens of a batch lie, whatever their targets. */
export type BatchLayout = Pick<MicroBatch, "lengths" | "starts" | "sequences" | "seq">;

/** Number of positions or examples that have a target. */
export function countTargets(targets: Int32Array): number {
  let count = 0;
  for (const target of targets) if (target !== IGNORE_INDEX) count++;
  return count;
}

export function countSequences({ inputIds, seq }: Pick<MicroBatch, "inputIds" | "seq">): number {
  return inputIds.length / seq;
}

/** Row in `[batch * seq]` of each example's first real token. */
export function firstRows({ lengths, starts, sequences, seq }: BatchLayout): number[] {
  return lengths.map((_, example) => (sequences?.[example] ?? example) * seq + (starts?.[example] ?? 0));
}

/** Rows in `[batch * seq]` of all real tokens, example after example. */
export function realRows(batch: BatchLayout): number[] {
  return firstRows(batch).flatMap((first, example) =>
    Array.from({ length: batch.lengths[example]! }, (_, i) => first + i),
  );
}

/** Example of each token `[batch * seq]`; −1 at pads. */
export function exampleOfTokens(batch: BatchLayout & Pick<MicroBatch, "inputIds">): Int32Array {
  const owners = new Int32Array(batch.inputIds.length).fill(-1);
  firstRows(batch).forEach((first, example) => {
    owners.fill(example, first, first + batch.lengths[example]!);
  });
  return owners;
}

/** Position of each token `[batch * seq]`: its column, or its place in its own example where sequences are shared. */
export function tokenPositions(batch: BatchLayout & Pick<MicroBatch, "inputIds">): Int32Array {
  const { inputIds, lengths, sequences, seq } = batch;
  const positions = inputIds.map((_, row) => row % seq);
  if (!sequences) return positions;
  firstRows(batch).forEach((first, example) => {
    for (let i = 0; i < lengths[example]!; i++) positions[first + i] = i;
  });
  return positions;
}
