import { add, mul, rmsNorm, silu, type Value } from "@lorank/graph";
import { attention, queryRows } from "./attention.ts";
import { ConfigReader } from "./config.ts";
import type { BlockWeights, Family, TokenLayout } from "./family.ts";

/**
 * Llama: pre-norm blocks of grouped-query attention with rotary positions and a SwiGLU feed-forward layer.
 * Source: Touvron et al., https://arxiv.org/abs/2302.13971; tensor names as in transformers' LlamaForCausalLM.
 */
export function llama(config: Readonly<Record<string, unknown>>): Family {
  const read = new ConfigReader(config);
  const hidden = read.size("hidden_size");
  const intermediate = read.size("intermediate_size");
  const heads = read.size("num_attention_heads");
  const kvHeads = read.size("num_key_value_heads", heads);
  const headDim = read.size("head_dim", Number.isInteger(hidden / heads) ? hidden / heads : undefined);
  const layers = read.size("num_hidden_layers");
  const vocabSize = read.size("vocab_size");
  const epsilon = read.number("rms_norm_eps");
  const tied = read.flag("tie_word_embeddings", false);
  read.only("hidden_act", "silu");
  read.only("attention_bias", false);
  read.only("mlp_bias", false);
  read.check(
    heads % kvHeads === 0,
    `num_attention_heads must be a multiple of num_key_value_heads, got ${heads} and ${kvHeads}`,
  );
  const ropeTheta = ropeThetaOf(config, read);
  read.finish();

  const shape = { heads, kvHeads, headDim };
  const embedding = "model.embed_tokens.weight";
  return {
    layers,
    hiddenSize: hidden,
    vocabSize,
    headDim,
    ropeTheta,
    padTokenId: typeof config.pad_token_id === "number" ? config.pad_token_id : 0,
    initializerRange: read.number("initializer_range", 0.02),
    linears: [
      { path: "self_attn.q_proj", inDim: hidden, outDim: heads * headDim },
      { path: "self_attn.k_proj", inDim: hidden, outDim: kvHeads * headDim },
      { path: "self_attn.v_proj", inDim: hidden, outDim: kvHeads * headDim },
      { path: "self_attn.o_proj", inDim: heads * headDim, outDim: hidden },
      { path: "mlp.gate_proj", inDim: hidden, outDim: intermediate },
      { path: "mlp.up_proj", inDim: hidden, outDim: intermediate },
      { path: "mlp.down_proj", inDim: intermediate, outDim: hidden },
    ],
    vectors: [
      { path: "input_layernorm", size: hidden },
      { path: "post_attention_layernorm", size: hidden },
    ],
    keyValuePaths: new Set(["self_attn.k_proj", "self_attn.v_proj"]),
    blockPath: (layer) => `model.layers.${layer}`,
    embedding,
    finalNorm: "model.norm.weight",
    outputHead: tied ? embedding : "lm_head.weight",
    classifier: "score.weight",
    block,
    final: (x, norm) => rmsNorm(x, norm, epsilon),
  };

  function block(x: Value, weights: BlockWeights, tokens: TokenLayout): Value {
    const normed = rmsNorm(x, weights.vector("input_layernorm"), epsilon);
    const asking = queryRows(normed, tokens);
    const mixed = attention(
      weights.linear(asking, "self_attn.q_proj"),
      weights.linear(normed, "self_attn.k_proj"),
      weights.linear(normed, "self_attn.v_proj"),
      shape,
      tokens,
    );
    const attended = add(queryRows(x, tokens), weights.linear(mixed, "self_attn.o_proj"));
    const hiddenState = rmsNorm(attended, weights.vector("post_attention_layernorm"), epsilon);
    const gated = mul(
      silu(weights.linear(hiddenState, "mlp.gate_proj")), // [tokens, intermediate]
      weights.linear(hiddenState, "mlp.up_proj"),
    );
    return add(attended, weights.linear(gated, "mlp.down_proj"));
  }
}

/** transformers 4 writes `rope_theta`, transformers 5 `rope_parameters: { rope_theta, rope_type }`. */
function ropeThetaOf(config: Readonly<Record<string, unknown>>, read: ConfigReader): number {
  const nested = config.rope_parameters as { rope_theta?: unknown; rope_type?: unknown } | undefined;
  const scaling = config.rope_scaling as { rope_type?: unknown; type?: unknown } | null | undefined;
  const type = nested?.rope_type ?? scaling?.rope_type ?? scaling?.type ?? "default";
  read.check(type === "default", `rope_type must be "default", got ${JSON.stringify(type)}`);
  if (typeof nested?.rope_theta === "number") return nested.rope_theta;
  return read.number("rope_theta", 10_000);
}
