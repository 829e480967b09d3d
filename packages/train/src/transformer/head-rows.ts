import { IGNORE_INDEX } from "./batch.ts";

/**
 * Bytes that the logits of one pass through the head may take; three such matrices live at once. 64 rows of 49,152
 * classes: with 32 the product is markedly slower a row, and 128 cost 50 MB more.
 */
const LOGITS_BYTES = 16 * 2 ** 20;

/** Fewest rows that a pass is compiled for. */
const FEWEST = 16;

/** Rows that go through the head together. */
export interface HeadPass {
  /** Which examples (to classify) or tokens (causal-lm). */
  readonly rows: readonly number[];
  /** How many rows the program is compiled for; those behind `rows` count for nothing. */
  readonly size: number;
}

/**
 * Cuts rows into passes whose logits stay small: over a large vocabulary they would take more memory than the rest of
 * a step. Sizes are powers of two, so that few programs have to be compiled.
 */
export function headPasses(rows: readonly number[], classes: number): HeadPass[] {
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
