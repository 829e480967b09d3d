import type { ConfigReader } from "../config-reader.ts";
import type { ModelLinear } from "../linear-shapes.ts";
import type { ModelParts } from "../parts.ts";
import {
  type AttentionRules,
  architectureOf,
  attentionLinears,
  everyProjection,
  type GroupedAttention,
  gatedMlpLinears,
  layerLinear,
  MOST_HEAD_WIDTH,
  readDecoder,
  readGroupedAttention,
  type Sizes,
} from "./blocks.ts";
import { type LinearAttention, withLinearAttention } from "./linear-attention.ts";

/** Decoder variant. Source: transformers 5.24, each type's configuration and modeling. */
interface Variant extends AttentionRules {
  readonly mlpBias: "never" | "mlp_bias" | "use_bias";
  /** Default for `tie_word_embeddings` in the type's config class. */
  readonly absentTied: boolean;
  /** Norm `[hidden]`, with a gain and no bias. */
  readonly norm: "rmsnorm" | "layernorm";
  readonly normsPerLayer: number;
  /** Two RMSNorms per layer on queries and keys: `[headDim]`, or as wide as all heads together. */
  readonly queryKeyNorm: "none" | "head" | "all heads";
  /** Fused matrices: gate and up, or these and also q, k and v. */
  readonly fused: "none" | "mlp" | "all";
  readonly linearAttention?: LinearAttention;
  /** A tanh caps scores and logits, at 50 and 30 if the config says nothing. */
  readonly caps?: true;
  /** Config flags that are refused: they would add parameters not counted here. */
  readonly unsupported?: readonly string[];
}

const attentionFlag = {
  attentionBias: everyProjection,
  attentionBiasFlag: { field: "attention_bias", absent: false },
};

const mistral: Variant = {
  attentionBias: [],
  mlpBias: "never",
  absentKvHeads: "required",
  absentHeadDim: "hidden / heads",
  absentTied: false,
  norm: "rmsnorm",
  normsPerLayer: 2,
  queryKeyNorm: "none",
  fused: "none",
};
const llama: Variant = { ...mistral, ...attentionFlag, mlpBias: "mlp_bias", absentKvHeads: "heads" };
const gemma: Variant = { ...mistral, ...attentionFlag, absentHeadDim: "required", absentTied: true };
const olmo: Variant = { ...llama, mlpBias: "never", queryKeyNorm: "all heads" };
/** Biases on q, k and v unless the flag is off. */
const queryKeyValueBias = {
  attentionBias: ["q_proj", "k_proj", "v_proj"],
  attentionBiasFlag: { field: "attention_bias", absent: true },
};
const glm: Variant = { ...mistral, ...queryKeyValueBias, absentHeadDim: "required", fused: "mlp" };

export const llamaArchitecture = architectureOf<Variant>(
  {
    llama,
    mistral,
    ministral: mistral,
    ministral3: { ...mistral, absentHeadDim: "required" },
    qwen2: { ...mistral, attentionBias: ["q_proj", "k_proj", "v_proj"] },
    qwen3: { ...mistral, ...attentionFlag, absentHeadDim: "required", queryKeyNorm: "head" },
    qwen3_5_text: {
      ...mistral,
      ...attentionFlag,
      absentHeadDim: "required",
      queryKeyNorm: "head",
      linearAttention: "qkv",
    },
    gemma,
    gemma2: { ...gemma, normsPerLayer: 4, caps: true },
    gemma3_text: { ...gemma, normsPerLayer: 4, queryKeyNorm: "head" },
    phi3: { ...mistral, absentKvHeads: "heads", fused: "all" },
    smollm3: { ...llama, absentKvHeads: "required", absentTied: true },
    olmo2: olmo,
    olmo3: olmo,
    granite: llama,
    glm,
    glm4: { ...glm, normsPerLayer: 4 },
    exaone4: { ...mistral, queryKeyNorm: "head" },
    internlm3: {
      ...llama,
      absentKvHeads: "required",
      absentHeadDim: "required",
      unsupported: ["bias", "qkv_bias"],
    },
    ernie4_5: {
      ...mistral,
      attentionBias: everyProjection,
      attentionBiasFlag: { field: "use_bias", absent: false },
      mlpBias: "use_bias",
      absentHeadDim: "required",
      absentTied: true,
    },
    seed_oss: {
      ...mistral,
      ...queryKeyValueBias,
      mlpBias: "mlp_bias",
      absentHeadDim: "required",
      unsupported: ["attention_out_bias"],
    },
    cohere: {
      ...llama,
      mlpBias: "never",
      absentTied: true,
      norm: "layernorm",
      normsPerLayer: 1,
      unsupported: ["use_qk_norm"],
    },
  },
  readLlama,
);

/**
 * Decoder with rotary positions and a gated MLP. Norms are RMSNorms, except Cohere's bias-free LayerNorms, one per
 * layer, read by attention and MLP in parallel.
 */
function readLlama(variant: Variant, config: ConfigReader): ModelParts {
  const sizes = readDecoder(config, variant);
  const attention = readGroupedAttention(config, sizes, variant);
  const mlpBias = variant.mlpBias !== "never" && config.flag(variant.mlpBias, false);
  for (const flag of variant.unsupported ?? []) config.only(flag, false);

  const { hiddenSize, intermediateSize, layers } = sizes;
  const { kvHeads, headDim, queryDim, kvDim } = attention;
  const { fused, norm, normsPerLayer } = variant;
  const mlp =
    fused === "none"
      ? gatedMlpLinears(sizes, "mlp", intermediateSize, {
          bias: mlpBias,
          reads: normsPerLayer === 1 ? "attention" : "feed-forward",
        })
      : fusedMlpLinears(sizes);
  const layerNorms = normsPerLayer * hiddenSize + queryKeyNormParams(variant, attention);
  const isCapped = (field: string, absent: number): boolean =>
    variant.caps === true && config.fields[field] !== null && config.number(field, absent) > 0;
  const parts: ModelParts = {
    family: "llama",
    ...sizes,
    output: { ...sizes.output, capsLogits: isCapped("final_logit_softcapping", 30) },
    kvHeads,
    headDim,
    block: {
      norm,
      norms: normsPerLayer,
      normInputs: normsPerLayer,
      queryKeyNorm: variant.queryKeyNorm !== "none",
      queryDim,
      keyDim: kvDim,
      valueDim: kvDim,
      fusedQkv: fused === "all",
      feedForward: { gated: true, width: intermediateSize },
      ...(isCapped("attn_logit_softcapping", 50) && { capsScores: true }),
      ...(variant.caps && { lacksSdpa: true }),
    },
    paths: ["model", "layers"],
    linears: [...attentionLinears(sizes, attention, { fused: fused === "all" }), ...mlp],
    norms: layers * layerNorms + hiddenSize, // + hiddenSize: final norm
  };
  return variant.linearAttention === undefined
    ? parts
    : withLinearAttention(variant.linearAttention, parts, config);
}

function fusedMlpLinears({ hiddenSize, intermediateSize, layers }: Sizes): ModelLinear[] {
  return [
    layerLinear(layers, "mlp.gate_up_proj", hiddenSize, 2 * intermediateSize, "feed-forward"),
    layerLinear(layers, "mlp.down_proj", intermediateSize, hiddenSize, "feed-forward output"),
  ];
}

function queryKeyNormParams({ queryKeyNorm }: Variant, attention: GroupedAttention): number {
  switch (queryKeyNorm) {
    case "none":
      return 0;
    case "head":
      return 2 * attention.headDim;
    case "all heads":
      return attention.queryDim + attention.kvDim;
  }
}

/**
 * First Qwen: RMSNorm, a single biased matrix for q, k and v. The gated MLP has half the config's `intermediate_size`,
 * with `w2` the gate and `w1` up. Source: modeling_qwen.py in https://huggingface.co/Qwen/Qwen-7B
 */
export const qwenArchitecture = architectureOf({ qwen: {} }, (_, config) => {
  const sizes = readDecoder(config, { absentTied: undefined });
  const { hiddenSize, layers, heads } = sizes;
  if (sizes.intermediateSize % 2 !== 0) config.problem("intermediate_size", "even");
  const headDim = config.size("kv_channels", MOST_HEAD_WIDTH);
  const bias = !config.flag("no_bias");

  const width = sizes.intermediateSize / 2;
  const queryDim = heads * headDim;
  return {
    family: "llama",
    ...sizes,
    intermediateSize: width,
    kvHeads: heads,
    headDim,
    block: {
      norm: "rmsnorm",
      norms: 2,
      normInputs: 2,
      queryKeyNorm: false,
      queryDim,
      keyDim: queryDim,
      valueDim: queryDim,
      fusedQkv: true,
      feedForward: { gated: true, width },
    },
    paths: ["transformer", "h"],
    linears: [
      layerLinear(layers, "attn.c_attn", hiddenSize, 3 * queryDim, "attention", { bias: true }),
      layerLinear(layers, "attn.c_proj", queryDim, hiddenSize, "attention output", {
        bias,
        name: "attn.c_proj",
      }),
      layerLinear(layers, "mlp.w2", hiddenSize, width, "feed-forward", { bias }),
      layerLinear(layers, "mlp.w1", hiddenSize, width, "feed-forward", { bias }),
      layerLinear(layers, "mlp.c_proj", width, hiddenSize, "feed-forward output", {
        bias,
        name: "mlp.c_proj",
      }),
    ],
    norms: (2 * layers + 1) * hiddenSize,
  };
});
