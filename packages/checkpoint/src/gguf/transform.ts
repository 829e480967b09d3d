import { transpose } from "../transpose.ts";
import type { Transform } from "./families/family.ts";

/** The Hugging Face shape of a tensor that has `shape` in the file. */
export function transformedShape(transform: Transform, shape: readonly number[]): readonly number[] {
  return transform.kind === "transposed" ? [...shape].reverse() : shape;
}

/** What must be true of `shape` for the transform to make sense, or undefined when it is. */
export function shapeProblem(transform: Transform, shape: readonly number[]): string | undefined {
  if (transform.kind === "transposed" && shape.length !== 2) return "2 dimensions";
  if (transform.kind === "interleaved-heads" && (shape[0] ?? 1) % (2 * transform.heads) !== 0) {
    return `rows of a multiple of ${2 * transform.heads}, two halves of ${transform.heads} heads`;
  }
  return undefined;
}

/** Undoes what the converter did. May write into `values`, of `shape` in the file; the result has the transformed shape. */
export function undo(transform: Transform, values: Float32Array, shape: readonly number[]): Float32Array {
  switch (transform.kind) {
    case "as-is":
      return values;
    case "one-added":
      for (let i = 0; i < values.length; i++) values[i] = values[i]! - 1;
      return values;
    case "transposed":
      return transpose(values, shape[0]!, shape[1]!);
    case "interleaved-heads":
      return separateHalves(values, shape[0]!, transform.heads);
  }
}

/**
 * What the converter did, done to B `[out, rank]` of an adapter on such a weight: its rows are those of the weight. A needs
 * nothing, and neither do the factors of a transposed weight, which are those of its `[out, in]` form in PEFT too.
 */
export function redoRows(transform: Transform, values: Float32Array, rows: number): Float32Array {
  if (transform.kind !== "interleaved-heads") return values;
  return movedRows(values, rows, (row) => [separatedRow(row, rows / transform.heads), row]);
}

/** Rows are `[in]`, or single values of a bias. */
function separateHalves(values: Float32Array, rows: number, heads: number): Float32Array {
  return movedRows(values, rows, (row) => [row, separatedRow(row, rows / heads)]);
}

/** Row `2 i + half` of a head of `dim` rows becomes row `half · dim / 2 + i`. */
function separatedRow(row: number, dim: number): number {
  const inHead = row % dim;
  return row - inHead + (inHead & 1) * (dim / 2) + (inHead >> 1);
}

function movedRows(
  values: Float32Array,
  rows: number,
  move: (row: number) => readonly [from: number, to: number],
): Float32Array {
  const columns = values.length / rows;
  const out = new Float32Array(values.length);
  for (let row = 0; row < rows; row++) {
    const [from, to] = move(row);
    out.set(values.subarray(from * columns, (from + 1) * columns), to * columns);
  }
  return out;
}
