import type { Family, HeadModule } from "../families/family.ts";

/** Target value for token positions without target, as in PyTorch's cross-entropy. */
export const IGNORE_INDEX = -100;

/** Micro-batch: examples for one pass, in equally long sequences, right-padded unless `starts` differs. */
export interface MicroBatch {
  /** Token ids `[batch * seq]` for `batch` sequences; any token may be the padding. */
  readonly inputIds: Int32Array;
  /** Real token count per example. */
  readonly lengths: readonly number[];
  /** First real token's column, per example. (default: 0) */
  readonly starts?: readonly number[];
  /**
   * Sequence index per example. Examples that share a sequence do not see each other, and count positions from 0.
   * (default: no sharing, positions are columns)
   */
  readonly sequences?: readonly number[];
  readonly seq: number;
  /** Class per example; for causal-lm: next token per position `[batch * seq]`, or -100. */
  readonly targets: Int32Array;
}

export type BatchLayout = Pick<MicroBatch, "lengths" | "starts" | "sequences" | "seq">;

export function countTargets(targets: Int32Array): number {
  let count = 0;
  for (const target of targets) if (target !== IGNORE_INDEX) count++;
  return count;
}

export function countSequences({ inputIds, seq }: Pick<MicroBatch, "inputIds" | "seq">): number {
  return inputIds.length / seq;
}

/** First real token's row in `[batch * seq]`, per example. */
export function firstRows({ lengths, starts, sequences, seq }: BatchLayout): number[] {
  return lengths.map((_, example) => (sequences?.[example] ?? example) * seq + (starts?.[example] ?? 0));
}

/** Real tokens' rows in `[batch * seq]`, example by example. */
export function realRows(batch: BatchLayout): number[] {
  return firstRows(batch).flatMap((first, example) =>
    Array.from({ length: batch.lengths[example]! }, (_, i) => first + i),
  );
}

/** Example index per token `[batch * seq]`; −1 at padding. */
export function exampleOfTokens(batch: BatchLayout & Pick<MicroBatch, "inputIds">): Int32Array {
  const owners = new Int32Array(batch.inputIds.length).fill(-1);
  firstRows(batch).forEach((first, example) => {
    owners.fill(example, first, first + batch.lengths[example]!);
  });
  return owners;
}

/** Token positions `[batch * seq]`: columns; in shared sequences, places in the example. */
export function tokenPositions(batch: BatchLayout & Pick<MicroBatch, "inputIds">): Int32Array {
  const { inputIds, lengths, sequences, seq } = batch;
  const positions = inputIds.map((_, row) => row % seq);
  if (!sequences) return positions;
  firstRows(batch).forEach((first, example) => {
    for (let i = 0; i < lengths[example]!; i++) positions[first + i] = i;
  });
  return positions;
}

/** Query counts are rounded up to a power of two or a multiple of this, so that few programs are compiled. */
const QUERY_STEP = 16;

/** Query tokens of a micro-batch: those the head reads; the last block computes queries for them alone. */
export interface QueryTokens {
  /** Query tokens per sequence; `all` if computing fewer saves nothing. */
  readonly count: number | "all";
  /** Query rows in x `[batch * seq, hidden]`, distinct, by sequence; empty for all. */
  readonly rows: readonly number[];
  /** Row of the last block's output, per example or token; −1 for none. */
  readonly places: Int32Array;
}

interface QueryTokensOptions {
  readonly attends: Family["attends"];
  readonly reads: HeadModule["reads"];
  readonly needs: "targets" | "every";
}

export function everyToken({ inputIds }: Pick<MicroBatch, "inputIds">): QueryTokens {
  return { count: "all", rows: [], places: inputIds.map((_, row) => row) };
}

/** Chooses query tokens, filled up with distinct unread tokens whose gradient is zero: no row is added to twice. */
export function queryTokensOf(batch: MicroBatch, { attends, reads, needs }: QueryTokensOptions): QueryTokens {
  const classifies = reads === "one";
  if (!classifies && needs === "every") return everyToken(batch);
  const read = classifies ? classifiedRows(batch, attends) : rowsWithTarget(batch.targets);

  const { seq } = batch;
  const tokens = batch.inputIds.length;
  const bySequence = Array.from({ length: tokens / seq }, (): number[] => []);
  for (const row of read) bySequence[Math.floor(row / seq)]!.push(row);
  const most = bySequence.reduce((count, { length }) => Math.max(count, length), 1);
  const count =
    most < QUERY_STEP ? 2 ** Math.ceil(Math.log2(most)) : Math.ceil(most / QUERY_STEP) * QUERY_STEP;
  if (count >= seq) {
    const all = everyToken(batch);
    return classifies ? { ...all, places: Int32Array.from(read) } : all;
  }

  const rows = bySequence.flatMap((own, sequence) => filledUp(own, sequence * seq, count));
  const placeOf = new Int32Array(tokens).fill(-1);
  rows.forEach((row, place) => {
    placeOf[row] = place;
  });
  return { count, rows, places: classifies ? Int32Array.from(read, (row) => placeOf[row]!) : placeOf };
}

/** Row a classifier reads, per example: the last token, or the first if bidirectional. */
function classifiedRows(batch: MicroBatch, attends: Family["attends"]): number[] {
  const first = firstRows(batch);
  if (attends === "causal") return first.map((row, example) => row + batch.lengths[example]! - 1);
  // For a left-padded text, transformers reads the pad in column 0.
  return batch.sequences ? first : batch.lengths.map((_, example) => example * batch.seq);
}

/** Fills `rows` up to `count` with other rows from `first` on. */
function filledUp(rows: readonly number[], first: number, count: number): number[] {
  const taken = new Set(rows);
  const filled = [...rows];
  for (let row = first; filled.length < count; row++) if (!taken.has(row)) filled.push(row);
  return filled;
}

/**
 * Logits bytes per head pass; three such matrices coexist. At 49,152 classes: 64 rows; with 32 products are markedly
 * slower, 128 cost 50 MB more.
 */
const LOGITS_BYTES = 16 * 2 ** 20;

const FEWEST = 16;

export interface HeadPass {
  /** Head input rows: examples (classification) or tokens (causal-lm). */
  readonly rows: readonly number[];
  /** Compiled row count; rows beyond `rows` are ignored. */
  readonly size: number;
}

/**
 * Cuts rows into head passes, since large vocabularies' logits outweigh all other memory; powers of two mean few
 * programs.
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

export function rowsWithTarget(targets: Int32Array): number[] {
  const rows: number[] = [];
  targets.forEach((target, row) => {
    if (target !== IGNORE_INDEX) rows.push(row);
  });
  return rows;
}
