import type { ModelLinear } from "../linear-shapes.ts";
import type { ModelHead, ModelShape, ModelType } from "../shape.ts";
import type { ConfigReader } from "./config-reader.ts";
import { decoderShape, type LayerPlace, layerLinear, layerPlace } from "./decoder.ts";
import { familyOf } from "./family.ts";
import { gatedMlpLinears } from "./gated-mlp.ts";
import {
  type AttentionRules,
  attentionLinears,
  everyProjection,
  type GroupedAttention,
  readGroupedAttention,
} from "./grouped-attention.ts";

/** How one model type differs from the next. Source: transformers 5.24, configuration and modeling of each type. */
interface Variant extends AttentionRules {
  readonly mlpBias: "never" | "flag";
  /** What an absent `tie_word_embeddings` means: the default of each type's own config class. */
  readonly absentTied: boolean;
  /** `[hidden]`, a gain and no bias. */
  readonly norm: "rmsnorm" | "layernorm";
  readonly normsPerLayer: number;
  /** Two RMSNorms in a layer on queries and keys: `[headDim]`, on each head, or as wide as all heads together. */
  readonly queryKeyNorm: "none" | "head" | "all heads";
  /** One matrix for q, k, v and one for gate and up. */
  readonly fused: boolean;
  /** A flag that would add parameters of a kind that is not counted here. */
  readonly unsupported?: string;
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
  fused: false,
};
const llama: Variant = { ...mistral, ...attentionFlag, mlpBias: "flag", absentKvHeads: "heads" };
const gemma: Variant = { ...mistral, ...attentionFlag, absentHeadDim: "required", absentTied: true };

export const llamaFamily = familyOf<Variant>(
  {
    llama,
    mistral,
    ministral: mistral,
    ministral3: { ...mistral, absentHeadDim: "required" },
    qwen2: { ...mistral, attentionBias: ["q_proj", "k_proj", "v_proj"] },
    qwen3: { ...mistral, ...attentionFlag, absentHeadDim: "required", queryKeyNorm: "head" },
    gemma,
    gemma2: { ...gemma, normsPerLayer: 4 },
    gemma3_text: { ...gemma, normsPerLayer: 4, queryKeyNorm: "head" },
    phi3: { ...mistral, absentKvHeads: "heads", fused: true },
    smollm3: { ...llama, absentKvHeads: "required", absentTied: true },
    olmo2: { ...llama, mlpBias: "never", queryKeyNorm: "all heads" },
    cohere: {
      ...llama,
      mlpBias: "never",
      absentTied: true,
      norm: "layernorm",
      normsPerLayer: 1,
      unsupported: "use_qk_norm",
    },
  },
  { kind: "causal-lm" },
  llamaShape,
);

/**
 * Shape of a decoder with rotary positions and a gated MLP. Norms are RMSNorms, but Cohere's: LayerNorms without bias,
 * one a layer, which attention and MLP side by side both read.
 */
function llamaShape(
  modelType: ModelType,
  variant: Variant,
  config: ConfigReader,
  head: ModelHead,
): ModelShape {
  const hiddenSize = config.size("hidden_size");
  const intermediateSize = config.size("intermediate_size");
  const layers = config.size("num_hidden_layers");
  const attention = readGroupedAttention(config, hiddenSize, variant);
  const vocabSize = config.size("vocab_size");
  const mlpBias = variant.mlpBias === "flag" && config.flag("mlp_bias", false);
  const tied = head.kind === "causal-lm" && config.flag("tie_word_embeddings", variant.absentTied);
  if (variant.unsupported !== undefined && config.flag(variant.unsupported, false)) {
    config.problem(variant.unsupported, "false");
  }
  config.finish();

  const { queryDim, kvDim } = attention;
  const place = layerPlace("model", "layers", layers, head);
  const { fused, norm, normsPerLayer } = variant;
  const mlp = fused
    ? fusedMlpLinears(place, hiddenSize, intermediateSize)
    : gatedMlpLinears(place, "mlp", hiddenSize, intermediateSize, {
        bias: mlpBias,
        reads: normsPerLayer === 1 ? "attention" : "feed-forward",
      });
  const layerNorms = normsPerLayer * hiddenSize + queryKeyNormParams(variant, attention);
  return decoderShape({
    modelType,
    family: "llama",
    head,
    hiddenSize,
    intermediateSize,
    layers,
    heads: attention.heads,
    kvHeads: attention.kvHeads,
    headDim: attention.headDim,
    vocabSize,
    block: {
      norm,
      norms: normsPerLayer,
      normInputs: normsPerLayer,
      queryKeyNorm: variant.queryKeyNorm !== "none",
      queryDim,
      keyDim: kvDim,
      valueDim: kvDim,
      fusedQkv: fused,
      feedForward: { gated: true, width: intermediateSize },
    },
    tied,
    linears: [...attentionLinears(place, hiddenSize, attention, { fused }), ...mlp],
    norms: layers * layerNorms + hiddenSize, // + hiddenSize: the norm behind the last layer
  });
}

function fusedMlpLinears(place: LayerPlace, hiddenSize: number, width: number): ModelLinear[] {
  return [
    layerLinear(place, "mlp.gate_up_proj", hiddenSize, 2 * width, "feed-forward"),
    layerLinear(place, "mlp.down_proj", width, hiddenSize, "feed-forward output"),
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
