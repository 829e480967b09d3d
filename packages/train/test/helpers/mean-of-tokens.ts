import { type BatchLayout, firstRows } from "../../src/transformer/batch.ts";

/**
 * One vector of length 1 for each text: the mean of its real tokens' hidden states `[batch * seq, width]`, divided by
 * its norm. That is how all-MiniLM-L6-v2 and its relatives embed sentences. Returns `[batch, width]`.
 * Source: Reimers and Gurevych, https://arxiv.org/abs/1908.10084
 */
export function meanOfTokens(hiddenStates: Float32Array, batch: BatchLayout, width: number): Float32Array {
  const { lengths } = batch;
  const means = new Float32Array(lengths.length * width);
  firstRows(batch).forEach((first, example) => {
    const sum = new Float64Array(width);
    for (let i = first * width; i < (first + lengths[example]!) * width; i++)
      sum[i % width]! += hiddenStates[i]!;
    const norm = Math.sqrt(sum.reduce((total, x) => total + x * x, 0));
    for (let i = 0; i < width; i++) means[example * width + i] = sum[i]! / norm;
  });
  return means;
}
