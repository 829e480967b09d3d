import type { Family } from "../src/families/family.ts";

interface Sizes {
  readonly batch: number;
  readonly seq: number;
  readonly rank: number;
}

/**
 * Floating point operations of the matrix products in one LoRA training step of a classifier: for each linear layer
 * x Wᵀ and dy W (2 · rows · in · out each), for its adapter the two products forward and four backward; for attention
 * two products forward and four backward. The first block needs no dx of its q, k and v; the last block works on one
 * row an example except for k and v.
 */
export function stepFlop(
  family: Family,
  config: { readonly num_attention_heads: number },
  { batch, seq, rank }: Sizes,
): number {
  const tokens = batch * seq;
  const headDim = family.kindOf(0).rope!.rotaryDim;
  let flop = 0;
  for (let layer = 0; layer < family.layers; layer++) {
    const last = layer === family.layers - 1;
    for (const { path, inDim, outDim } of family.linears) {
      const rows = last && !family.keyValuePaths.has(path) ? batch : tokens;
      const inputGradient = layer > 0 || !/[qkv]_proj$/.test(path);
      const passes = inputGradient ? 2 : 1;
      flop += passes * 2 * rows * inDim * outDim;
      // forward: A, B; backward: dB, dy B, dA, and dx through A
      flop += 2 * rows * rank * (inDim * (inputGradient ? 3 : 2) + outDim * 3);
    }
    const queries = last ? 1 : seq;
    flop += 6 * 2 * batch * config.num_attention_heads * queries * seq * headDim;
  }
  return flop;
}

export function median(numbers: readonly number[]): number {
  const sorted = [...numbers].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)]!;
}
