import { type KindChoice, kindOf } from "../results/adapter-kinds.ts";
import type { LinearShape } from "./linear-shapes.ts";
import { assertRank } from "./rank.ts";

/**
 * Counts the logical parameters that LoRA adds to `targets`, whatever format the base is stored in.
 *
 * Each target W `[outDim, inDim]` stays frozen and gains A `[rank, inDim]` and B `[outDim, rank]`. That is `rank *
 * (inDim + outDim)` parameters; a kind with magnitudes adds `outDim`.
 *
 * Source: LoRA, section 4.1, https://arxiv.org/abs/2106.09685
 */
export function countLoraParams(
  targets: readonly LinearShape[],
  rank: number,
  kind: KindChoice = {},
): number {
  assertRank(rank, targets);
  let total = 0;
  const perRow = kindOf(kind).hasMagnitudes ? 1 : 0;
  for (const { inDim, outDim, count } of targets)
    total += count * (rank * (inDim + outDim) + perRow * outDim);
  return total;
}
