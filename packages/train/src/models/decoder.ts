import { add, constant, mul, reshape, rmsNorm, sliceLast, softcap, type Value } from "@lorank/graph";
import { attention, queryRows } from "./attention.ts";
import type { ConfigReader } from "./config.ts";
import { decoderHead } from "./decoder-head.ts";
import type { Family, LayerKind, LinearLayer, ModuleWeights, TokenLayout, VectorWeight } from "./family.ts";

/** Sizes that every decoder with gated feed-forward layers has. */
export interface DecoderSizes {
  readonly hidden: number;
  readonly intermediate: number;
  readonly heads: number;
  readonly kvHeads: number;
  readonly headDim: number;
  readonly layers: number;
  readonly vocabSize: number;
}

/** What sets one such family apart from the next. */
export interface DecoderOptions {
  readonly modelType: string;
  readonly sizes: DecoderSizes;
  readonly epsilon: number;
  readonly tied: boolean;
  readonly padTokenId: number;
  readonly maxPositions: number | undefined;
  readonly initializerRange: number;
  readonly activation: (x: Value) => Value;
  readonly kindOf: (layer: number) => LayerKind;
  /** Paths of linear layers with a bias. (default: none) */
  readonly biases?: readonly string[];
  /** One matrix for q, k and v, and one for gate and up. (default false) */
  readonly fused?: boolean;
  /** RMSNorm on each head of q and k before they are rotated. (default false) */
  readonly queryKeyNorm?: boolean;
  /** Norms multiply by 1 + weight, and embeddings are multiplied by √hidden. (default false) */
  readonly gemma?: boolean;
  /** A norm behind attention and feed-forward layer too, before their results are added. (default false) */
  readonly sandwichNorms?: boolean;
  /** Factor on attention scores. (default 1 / √headDim) */
  readonly attentionScale?: number;
  readonly attentionSoftcap?: number | undefined;
  readonly logitSoftcap?: number | undefined;
}

export const QKV = ["self_attn.q_proj", "self_attn.k_proj", "self_attn.v_proj"] as const;
const GATE_UP = ["mlp.gate_proj", "mlp.up_proj"] as const;

/** Token id of the padding; any token serves where a config names none, for pads are never looked at. */
export function readPadTokenId(config: Readonly<Record<string, unknown>>): number {
  return typeof config.pad_token_id === "number" && config.pad_token_id >= 0 ? config.pad_token_id : 0;
}

/**
 * Reads what all of these families keep under the names that Llama's config gave it. Fields in `required` have a
 * default in the family's config class that no file should rely on, such as Mistral's 8 key-value heads; in other
 * families an absent field follows from the others.
 */
export function readDecoder(
  config: Readonly<Record<string, unknown>>,
  read: ConfigReader,
  required: readonly ("num_key_value_heads" | "head_dim")[] = [],
) {
  const hidden = read.size("hidden_size");
  const heads = read.size("num_attention_heads");
  const kvHeads = read.size(
    "num_key_value_heads",
    required.includes("num_key_value_heads") ? undefined : heads,
  );
  read.check(
    heads % kvHeads === 0,
    `num_attention_heads must be a multiple of num_key_value_heads, got ${heads} and ${kvHeads}`,
  );
  const sizes: DecoderSizes = {
    hidden,
    heads,
    kvHeads,
    headDim: read.size(
      "head_dim",
      required.includes("head_dim") || hidden % heads !== 0 ? undefined : hidden / heads,
    ),
    intermediate: read.size("intermediate_size"),
    layers: read.size("num_hidden_layers"),
    vocabSize: read.size("vocab_size"),
  };
  return {
    sizes,
    epsilon: read.number("rms_norm_eps"),
    padTokenId: readPadTokenId(config),
    maxPositions: read.sizeIfAny("max_position_embeddings"),
    initializerRange: read.number("initializer_range", 0.02),
  };
}

/**
 * Pre-norm blocks of grouped-query attention with rotary positions and a gated feed-forward layer: Llama and what
 * came of it. Sources: https://arxiv.org/abs/2302.13971; tensor names as in transformers.
 */
export function decoder(options: DecoderOptions): Family {
  const {
    sizes,
    epsilon,
    fused = false,
    gemma = false,
    sandwichNorms = false,
    queryKeyNorm = false,
  } = options;
  const { hidden, heads, kvHeads, headDim, intermediate } = sizes;
  const queryDim = heads * headDim;
  const kvDim = kvHeads * headDim;
  const neutral = gemma ? 0 : 1;
  const embedding = "model.embed_tokens.weight";
  const shape = {
    ...sizes,
    ...(options.attentionScale === undefined ? {} : { scale: options.attentionScale }),
    ...(options.attentionSoftcap === undefined ? {} : { softcap: options.attentionSoftcap }),
  };
  const norm = (x: Value, weights: ModuleWeights, name: string): Value =>
    rmsNorm(x, gain(weights.vector(`${name}.weight`), gemma), epsilon);
  const { logitSoftcap } = options;

  return {
    modelType: options.modelType,
    layers: sizes.layers,
    hiddenSize: hidden,
    vocabSize: sizes.vocabSize,
    ...(options.maxPositions === undefined ? {} : { maxPositions: options.maxPositions }),
    padTokenId: options.padTokenId,
    initializerRange: options.initializerRange,
    basePrefix: "model.",
    attends: "causal",
    embeddings: { tokens: embedding, scale: gemma ? Math.fround(Math.sqrt(hidden)) : 1 },
    linears: linears(),
    vectors: vectors(),
    keyValuePaths: new Set(fused ? ["self_attn.qkv_proj"] : ["self_attn.k_proj", "self_attn.v_proj"]),
    blockPath: (layer) => `model.layers.${layer}`,
    kindOf: options.kindOf,
    block,
    head: decoderHead({
      hidden,
      vocabSize: sizes.vocabSize,
      norm: {
        vectors: [{ name: "model.norm.weight", size: hidden, neutral }],
        apply: (x, w) => norm(x, w, "model.norm"),
      },
      ...(options.tied ? { tiedTo: embedding } : {}),
      ...(logitSoftcap === undefined ? {} : { cap: (logits: Value) => softcap(logits, logitSoftcap) }),
    }),
  };

  function linears(): LinearLayer[] {
    const attentionIn: LinearLayer[] = fused
      ? [{ path: "self_attn.qkv_proj", inDim: hidden, outDim: queryDim + 2 * kvDim }]
      : QKV.map((path, i) => ({ path, inDim: hidden, outDim: i === 0 ? queryDim : kvDim }));
    const feedForwardIn: LinearLayer[] = fused
      ? [{ path: "mlp.gate_up_proj", inDim: hidden, outDim: 2 * intermediate }]
      : GATE_UP.map((path) => ({ path, inDim: hidden, outDim: intermediate }));
    const all: LinearLayer[] = [
      ...attentionIn,
      { path: "self_attn.o_proj", inDim: queryDim, outDim: hidden },
      ...feedForwardIn,
      { path: "mlp.down_proj", inDim: intermediate, outDim: hidden },
    ];
    return all.map((linear) => ({ ...linear, bias: options.biases?.includes(linear.path) ?? false }));
  }

  function vectors(): VectorWeight[] {
    const names = ["input_layernorm", "post_attention_layernorm"];
    if (sandwichNorms) names.push("pre_feedforward_layernorm", "post_feedforward_layernorm");
    return [
      ...names.map((name) => ({ name: `${name}.weight`, size: hidden, neutral }) as const),
      ...(queryKeyNorm
        ? ["self_attn.q_norm", "self_attn.k_norm"].map(
            (name) => ({ name: `${name}.weight`, size: headDim, neutral }) as const,
          )
        : []),
    ];
  }

  function block(x: Value, weights: ModuleWeights, tokens: TokenLayout): Value {
    const normed = norm(x, weights, "input_layernorm");
    const [q, k, v] = queryKeyValue(normed, weights, tokens);
    const perHead = (value: Value, name: string): Value =>
      queryKeyNorm
        ? reshape(norm(reshape(value, [headRows(value), headDim]), weights, name), value.shape)
        : value;
    const mixed = attention(perHead(q, "self_attn.q_norm"), perHead(k, "self_attn.k_norm"), v, shape, tokens);
    const attentionOut = weights.linear(mixed, "self_attn.o_proj");
    const residual = queryRows(x, tokens);
    if (!sandwichNorms) {
      const attended = add(residual, attentionOut);
      return add(attended, feedForward(norm(attended, weights, "post_attention_layernorm"), weights));
    }
    const attended = add(residual, norm(attentionOut, weights, "post_attention_layernorm"));
    const out = feedForward(norm(attended, weights, "pre_feedforward_layernorm"), weights);
    return add(attended, norm(out, weights, "post_feedforward_layernorm"));
  }

  /** q of the asking rows, k and v of all. */
  function queryKeyValue(x: Value, weights: ModuleWeights, tokens: TokenLayout): [Value, Value, Value] {
    if (!fused) {
      return [
        weights.linear(queryRows(x, tokens), QKV[0]),
        weights.linear(x, QKV[1]),
        weights.linear(x, QKV[2]),
      ];
    }
    const qkv = weights.linear(x, "self_attn.qkv_proj");
    return [
      queryRows(sliceLast(qkv, 0, queryDim), tokens),
      sliceLast(qkv, queryDim, kvDim),
      sliceLast(qkv, queryDim + kvDim, kvDim),
    ];
  }

  function feedForward(x: Value, weights: ModuleWeights): Value {
    const [gate, up] = gateUp(x, weights);
    return weights.linear(mul(options.activation(gate), up), "mlp.down_proj");
  }

  function gateUp(x: Value, weights: ModuleWeights): [Value, Value] {
    if (!fused) return [weights.linear(x, GATE_UP[0]), weights.linear(x, GATE_UP[1])];
    const both = weights.linear(x, "mlp.gate_up_proj"); // [tokens, 2 * intermediate]
    return [sliceLast(both, 0, intermediate), sliceLast(both, intermediate, intermediate)];
  }

  /** Rows of x cut into heads. */
  function headRows(x: Value): number {
    return (x.shape[0]! * x.shape[1]!) / headDim;
  }
}

function gain(weight: Value, gemma: boolean): Value {
  return gemma ? add(weight, constant(1)) : weight;
}
