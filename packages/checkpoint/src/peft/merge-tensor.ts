import { transpose } from "../transpose.ts";
import type { LoraLayer } from "./adapter.ts";

/**
 * Adds a layer's update to its base weight, in place: W + scaling·B·A, and with DoRA's magnitude m
 * m ∘ (W + scaling·B·A) / ‖W + scaling·B·A‖, the norm and m by output. Sums in float64, rounds once.
 *
 * Source: DoRA, equation 5, https://arxiv.org/abs/2402.09353
 *
 * @param weight `[out, in]`, or `[in, out]` when `transposed`, as GPT-2's Conv1D stores it.
 */
export function mergeInPlace(
  weight: Float32Array,
  layer: LoraLayer,
  scaling: number,
  transposed: boolean,
): void {
  const { loraA, loraB, magnitude } = layer;
  const [rank, inDim] = loraA.shape;
  const outDim = loraB.shape[0];
  const [rows, columns] = transposed ? [inDim, outDim] : [outDim, inDim];
  const left = transposed ? transpose(loraA.data, rank, inDim) : loraB.data; // [rows, rank]
  const right = transposed ? transpose(loraB.data, outDim, rank) : loraA.data; // [rank, columns]

  const line = new Float64Array(columns);
  const sumLine = (row: number): void => {
    line.fill(0);
    for (let k = 0; k < rank; k++) {
      const factor = left[row * rank + k]!;
      if (factor === 0) continue;
      const start = k * columns;
      for (let j = 0; j < columns; j++) line[j]! += factor * right[start + j]!;
    }
    const start = row * columns;
    for (let j = 0; j < columns; j++) line[j] = weight[start + j]! + scaling * line[j]!;
  };

  const factors = magnitude && dividedByNorm(magnitude, rows, transposed, line, sumLine);
  for (let row = 0; row < rows; row++) {
    sumLine(row);
    if (factors !== undefined) {
      for (let j = 0; j < columns; j++) line[j]! *= factors[transposed ? j : row]!;
    }
    weight.set(line, row * columns);
  }
}

/** m / ‖W + scaling·B·A‖ by output; 0 where the norm is 0, so that a zero row stays one. */
function dividedByNorm(
  magnitude: Float32Array,
  rows: number,
  transposed: boolean,
  line: Float64Array,
  sumLine: (row: number) => void,
): Float64Array {
  const squares = new Float64Array(magnitude.length);
  for (let row = 0; row < rows; row++) {
    sumLine(row);
    for (let j = 0; j < line.length; j++) squares[transposed ? j : row]! += line[j]! ** 2;
  }
  return squares.map((square, output) => (square === 0 ? 0 : magnitude[output]! / Math.sqrt(square)));
}
