import type { ActivationName, TrainableModel } from "@lorank/core/models";
import { ops, type Value } from "@lorank/graph";
import type { Head, HeadModule, ModuleWeights, TokenLayout, VectorWeight } from "./family.ts";

const {
  add,
  gatherRows,
  gelu,
  geluTanh,
  layerNorm,
  matMul,
  padLast,
  relu,
  reshape,
  rotary,
  silu,
  sliceLast,
  softcap,
  softmax,
  transpose,
} = ops;

interface AttentionShape {
  readonly heads: number;
  /** Key and value head count; each serves `heads / kvHeads` neighbouring query heads. */
  readonly kvHeads: number;
  readonly headDim: number;
  readonly scale: number;
  /** Attention scores are bounded to ± this value. (default null: unbounded) */
  readonly softcap?: number | null;
}

/** Rows of the query tokens: `[batch * seq, width]` → `[batch * queryCount, width]`. */
export function takeQueryRows(x: Value, tokens: TokenLayout): Value {
  return tokens.queryRows ? gatherRows(x, tokens.queryRows) : x;
}

/**
 * Grouped-query attention. q is `[batch*queryCount, heads*headDim]`, k and v `[batch*seq, kvHeads*headDim]`, the result
 * as q. Query heads that share a k and v head are stacked along the query axis, so k and v are not copied. Source:
 * Ainslie et al., https://arxiv.org/abs/2305.13245
 */
export function attention(q: Value, k: Value, v: Value, shape: AttentionShape, tokens: TokenLayout): Value {
  const { heads, kvHeads, headDim, scale, softcap: cap = null } = shape;
  const { batch, seq } = tokens;
  const queryCount = tokens.queryCount === "all" ? seq : tokens.queryCount;
  const group = heads / kvHeads;

  const [placedQ, placedK] = rotated(
    splitHeads(q, batch, queryCount, heads),
    splitHeads(k, batch, seq, kvHeads),
    tokens,
  );
  const groupedQ = reshape(placedQ, [batch, kvHeads, group * queryCount, headDim]);
  const cached = tokens.cache?.earlier(kvHeads, headDim);
  const keys = cached ? [cached.keys, placedK] : [placedK];
  const raw = joinLast(keys.map((part) => matMul(groupedQ, part, { transposeB: true, alpha: scale })));
  const scores = cap === null ? raw : softcap(raw, cap);
  const keyCount = scores.shape[3]!;
  const masked = add(reshape(scores, [batch, kvHeads, group, queryCount, keyCount]), tokens.mask);
  const weights = reshape(softmax(masked), [batch, kvHeads, group * queryCount, keyCount]);
  const values = splitHeads(v, batch, seq, kvHeads);
  tokens.cache?.store({ keys: placedK, values });
  const mixed = weightedSum(weights, cached ? [cached.values, values] : [values]); // [batch, kvHeads, group * queryCount, headDim]
  const byToken = transpose(reshape(mixed, [batch, heads, queryCount, headDim]), [0, 2, 1, 3]);
  return reshape(byToken, [batch * queryCount, heads * headDim]);
}

function joinLast(parts: readonly Value[]): Value {
  const width = parts.reduce((sum, { shape }) => sum + shape.at(-1)!, 0);
  let start = 0;
  return parts
    .map((part) => {
      const size = part.shape.at(-1)!;
      const placed = size === width ? part : padLast(part, start, width);
      start += size;
      return placed;
    })
    .reduce((total, placed) => add(total, placed));
}

/** Weighted sum of values over the tokens in all parts `[..., tokens, headDim]`, for weights `[..., all tokens]`. */
function weightedSum(weights: Value, parts: readonly Value[]): Value {
  let start = 0;
  return parts
    .map((values) => {
      const count = values.shape[2]!;
      const share = sliceLast(weights, start, count);
      start += count;
      return matMul(share, values);
    })
    .reduce((total, part) => add(total, part));
}

function rotated(q: Value, k: Value, { rotary: layout }: TokenLayout): readonly [Value, Value] {
  if (layout === undefined) return [q, k];
  const { positions, queryPositions, cos, sin } = layout;
  return [rotateFirst(q, { positions: queryPositions, cos, sin }), rotateFirst(k, { positions, cos, sin })];
}

/** Rotates the first elements in each head, as many as the tables cover. */
function rotateFirst(x: Value, tables: ops.RotaryInputs): Value {
  const headDim = x.shape[3]!;
  const rotaryDim = 2 * tables.cos.shape[1]!;
  if (rotaryDim === headDim) return rotary(x, tables);
  const rotatedPart = rotary(sliceLast(x, 0, rotaryDim), tables);
  const rest = sliceLast(x, rotaryDim, headDim - rotaryDim);
  return add(padLast(rotatedPart, 0, headDim), padLast(rest, rotaryDim, headDim));
}

/** Splits heads: `[batch * seq, heads * headDim]` → `[batch, heads, seq, headDim]`. */
function splitHeads(x: Value, batch: number, seq: number, heads: number): Value {
  const headDim = x.shape[1]! / heads;
  return transpose(reshape(x, [batch, seq, heads, headDim]), [0, 2, 1, 3]);
}

/** Activations by config name. Source: ACT2FN of transformers 5.24. */
export const activations: Readonly<Record<ActivationName, (x: Value) => Value>> = {
  silu,
  swish: silu,
  gelu,
  gelu_new: geluTanh,
  gelu_pytorch_tanh: geluTanh,
  relu,
};

export function layerNormVectors(name: string, size: number): VectorWeight[] {
  return [
    { name: `${name}.weight`, size, neutral: 1 },
    { name: `${name}.bias`, size, neutral: 0 },
  ];
}

/** Function that applies the LayerNorm `name`, with vectors {@link layerNormVectors}. */
export function applyLayerNorm(epsilon: number) {
  return (x: Value, weights: ModuleWeights, name: string): Value =>
    layerNorm(x, weights.vector(`${name}.weight`), weights.vector(`${name}.bias`), epsilon);
}

interface DecoderHeadOptions {
  /** Name of the token embedding table, which is also the output layer if tied. */
  readonly embedding: string;
  readonly norm: {
    readonly vectors: readonly VectorWeight[];
    apply(x: Value, weights: ModuleWeights): Value;
  };
}

/** Decoder heads: the final norm, then `lm_head` over the vocabulary or `score` over the classes. */
export function decoderHead({ shape: shapeWith, computation }: TrainableModel, options: DecoderHeadOptions) {
  const { embedding, norm } = options;
  const { logitSoftcap } = computation;
  return (head: Head): HeadModule => {
    const shape = shapeWith(head);
    const linears = shape.headLinears.map((linear) =>
      shape.tied ? { ...linear, weightName: embedding } : linear,
    );
    const last = linears[0]!.path;
    const classifies = head.kind === "classification";
    return {
      shape,
      linears,
      vectors: norm.vectors,
      reads: classifies ? "one" : "all",
      logits: (x, weights) => {
        const logits = weights.linear(norm.apply(x, weights), last);
        return classifies || logitSoftcap === null ? logits : softcap(logits, logitSoftcap);
      },
    };
  };
}
