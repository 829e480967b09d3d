import type { Family, HeadModule } from "../families/family.ts";
import { firstRows, type MicroBatch } from "./batch.ts";
import { rowsWithTarget } from "./head-rows.ts";

/**
 * The query tokens of a sequence are rounded up to a power of two or a multiple of this, so that few programs have to be
 * compiled.
 */
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

export interface QueryTokensOptions {
  readonly attends: Family["attends"];
  readonly reads: HeadModule["reads"];
  /** Which tokens of a language model are queries: those with a target, or every one. */
  readonly needs: "targets" | "every";
}

/** Every token is a query. */
export function everyToken({ inputIds }: Pick<MicroBatch, "inputIds">): QueryTokens {
  return { count: "all", rows: [], places: inputIds.map((_, row) => row) };
}

/**
 * Which tokens are queries. A sequence with fewer of them than others is filled up with different tokens that nobody
 * reads: their gradients are zero, and no row is added to twice.
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
