import type { Family, HeadModule } from "../families/family.ts";

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
   * Sequence of each example. With it several may share one: they do not see each other, and positions count from 0 in
   * each. (default: one sequence an example, and positions are columns)
   */
  readonly sequences?: readonly number[];
  readonly seq: number;
  /** classification: class of each example; causal-lm: next token of each position `[batch * seq]`, or -100 for none. */
  readonly targets: Int32Array;
}

/** The places of a batch's tokens, whatever their targets. */
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

/** The query tokens of a sequence are rounded up to a power of two or a multiple of this, for few programs to compile. */
const QUERY_STEP = 16;

/** The tokens that the head reads: the last block computes queries for them alone. */
export interface QueryTokens {
  /** Query tokens of each sequence; `all` where no token is saved. */
  readonly count: number | "all";
  /** Their rows in x `[batch * seq, hidden]`, sequence after sequence, all different; empty where all are queries. */
  readonly rows: readonly number[];
  /** Row of the last block's output for each example (to classify) or token (causal-lm); −1 where there is none. */
  readonly places: Int32Array;
}

interface QueryTokensOptions {
  readonly attends: Family["attends"];
  readonly reads: HeadModule["reads"];
  /** The tokens of a language model that are queries: those with a target, or every one. */
  readonly needs: "targets" | "every";
}

/** Every token is a query. */
export function everyToken({ inputIds }: Pick<MicroBatch, "inputIds">): QueryTokens {
  return { count: "all", rows: [], places: inputIds.map((_, row) => row) };
}

/**
 * Chooses the tokens that are queries. A sequence with fewer of them than others is filled up with different tokens
 * that nothing reads. Their gradients are zero, and no row is added to twice.
 */
export function queryTokensOf(batch: MicroBatch, { attends, reads, needs }: QueryTokensOptions): QueryTokens {
  const all = everyToken(batch);
  const classifies = reads === "one";
  if (!classifies && needs === "every") return all;
  const read = classifies ? classifiedRows(batch, attends) : rowsWithTarget(batch.targets);

  const { seq } = batch;
  const tokens = batch.inputIds.length;
  const bySequence = Array.from({ length: tokens / seq }, (): number[] => []);
  for (const row of read) bySequence[Math.floor(row / seq)]!.push(row);
  const most = bySequence.reduce((count, { length }) => Math.max(count, length), 1);
  const count =
    most < QUERY_STEP ? 2 ** Math.ceil(Math.log2(most)) : Math.ceil(most / QUERY_STEP) * QUERY_STEP;
  if (count >= seq) return classifies ? { ...all, places: Int32Array.from(read) } : all;

  const rows = bySequence.flatMap((own, sequence) => filledUp(own, sequence * seq, count));
  const placeOf = new Int32Array(tokens).fill(-1);
  rows.forEach((row, place) => {
    placeOf[row] = place;
  });
  return { count, rows, places: classifies ? Int32Array.from(read, (row) => placeOf[row]!) : placeOf };
}

/** The token of each example that a classifier reads: the last one, or the first where every token sees all others. */
function classifiedRows(batch: MicroBatch, attends: Family["attends"]): number[] {
  const first = firstRows(batch);
  if (attends === "causal") return first.map((row, example) => row + batch.lengths[example]! - 1);
  // Padded on the left, transformers reads the pad in column 0.
  return batch.sequences ? first : batch.lengths.map((_, example) => example * batch.seq);
}

/** `rows`, filled up to `count` with other rows from `first` on. */
function filledUp(rows: readonly number[], first: number, count: number): number[] {
  const taken = new Set(rows);
  const filled = [...rows];
  for (let row = first; filled.length < count; row++) if (!taken.has(row)) filled.push(row);
  return filled;
}

/**
 * Bytes that the logits of one pass through the head may take; three such matrices live at once. 64 rows of 49,152
 * classes: with 32 the product is markedly slower a row, and 128 cost 50 MB more.
 */
const LOGITS_BYTES = 16 * 2 ** 20;

/** Fewest rows that a pass is compiled for. */
const FEWEST = 16;

/** Rows that go through the head together. */
export interface HeadPass {
  /** Examples (to classify) or tokens (causal-lm). */
  readonly rows: readonly number[];
  /** Number of rows that the program is compiled for; those behind `rows` count for nothing. */
  readonly size: number;
}

/**
 * Cuts rows into passes whose logits stay small: over a large vocabulary they would take more memory than the rest of
 * a step. Sizes are powers of two, so that few programs have to be compiled. A classifier's rows go in one pass.
 */
export function headPasses(
  rows: readonly number[],
  { reads, linears }: Pick<HeadModule, "reads" | "linears">,
): HeadPass[] {
  if (reads === "one") return [{ rows, size: rows.length }];
  const classes = linears.at(-1)!.outDim;
  const most = Math.max(FEWEST, 2 ** Math.floor(Math.log2(LOGITS_BYTES / (4 * classes))));
  const passes: HeadPass[] = [];
  for (let start = 0; start < rows.length; start += most) {
    const part = rows.slice(start, start + most);
    passes.push({ rows: part, size: Math.max(FEWEST, 2 ** Math.ceil(Math.log2(part.length))) });
  }
  return passes;
}

/** Positions that have something to predict: the head need not see the others. */
export function rowsWithTarget(targets: Int32Array): number[] {
  const rows: number[] = [];
  targets.forEach((target, row) => {
    if (target !== IGNORE_INDEX) rows.push(row);
  });
  return rows;
}
