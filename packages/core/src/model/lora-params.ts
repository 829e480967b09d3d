import type { LinearShape } from "./linear-shapes.ts";
import { assertRank } from "./rank.ts";

/**
 * Parameters that LoRA adds to `targets`.
 *
 * Each target W `[outDim, inDim]` stays frozen and gains A `[rank, inDim]` and B `[outDim, rank]`, so it costs
 * `rank * (inDim + outDim)`. Logical parameters, whatever the base is stored in.
 *
 * Source: LoRA, section 4.1, https://arxiv.org/abs/2106.09685
 */
export function countLoraParams(targets: readonly LinearShape[], rank: number): number {
  assertRank(rank, targets);
  let total = 0;
  for (const { inDim, outDim, count } of targets) total += count * rank * (inDim + outDim);
  return total;
}

/**
 * Parameters that DoRA adds to `targets`: those of LoRA, and one magnitude for each row of W, `[outDim]`.
 *
 * Source: DoRA, section 4.1, https://arxiv.org/abs/2402.09353
 */
export function countDoraParams(targets: readonly LinearShape[], rank: number): number {
  let total = countLoraParams(targets, rank);
  for (const { outDim, count } of targets) total += count * outDim;
  return total;
}
