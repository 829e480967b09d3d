import { add, gatherRows, matMul, reshape, rotary, softmax, transpose, type Value } from "@lorank/graph";
import type { TokenLayout } from "./family.ts";

export interface AttentionShape {
  readonly heads: number;
  /** Heads of k and v; each serves `heads / kvHeads` neighbouring query heads. */
  readonly kvHeads: number;
  readonly headDim: number;
}

/** The rows of x `[batch * seq, hidden]` that ask: all, or one an example. */
export function queryRows(x: Value, tokens: TokenLayout): Value {
  return tokens.lastRows ? gatherRows(x, tokens.lastRows) : x;
}

/**
 * Grouped-query attention with rotary positions, for q `[batch * queries, heads * headDim]` and k, v
 * `[batch * seq, kvHeads * headDim]`. Returns `[batch * queries, heads * headDim]`.
 *
 * The query heads of one group are stacked along the query axis, so that k and v are used as they are and not copied.
 * Source: Ainslie et al., https://arxiv.org/abs/2305.13245
 */
export function attention(q: Value, k: Value, v: Value, shape: AttentionShape, tokens: TokenLayout): Value {
  const { heads, kvHeads, headDim } = shape;
  const { batch, seq, cos, sin } = tokens;
  const queries = tokens.queries === "all" ? seq : 1;
  const group = heads / kvHeads;

  const rotatedQ = rotary(splitHeads(q, batch, queries, heads), {
    positions: tokens.queryPositions,
    cos,
    sin,
  });
  const rotatedK = rotary(splitHeads(k, batch, seq, kvHeads), { positions: tokens.positions, cos, sin });
  const groupedQ = reshape(rotatedQ, [batch, kvHeads, group * queries, headDim]);
  const scores = matMul(groupedQ, rotatedK, { transposeB: true, alpha: 1 / Math.sqrt(headDim) });
  const masked = add(reshape(scores, [batch, kvHeads, group, queries, seq]), tokens.mask);
  const weights = reshape(softmax(masked), [batch, kvHeads, group * queries, seq]);
  const mixed = matMul(weights, splitHeads(v, batch, seq, kvHeads)); // [batch, kvHeads, group * queries, headDim]
  const byToken = transpose(reshape(mixed, [batch, heads, queries, headDim]), [0, 2, 1, 3]);
  return reshape(byToken, [batch * queries, heads * headDim]);
}

/** `[batch * seq, heads * headDim]` → `[batch, heads, seq, headDim]`. */
function splitHeads(x: Value, batch: number, seq: number, heads: number): Value {
  const headDim = x.shape[1]! / heads;
  return transpose(reshape(x, [batch, seq, heads, headDim]), [0, 2, 1, 3]);
}
