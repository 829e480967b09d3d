import type { ConfigReader } from "../config-reader.ts";
import { type LinearInput, type ModelLinear, sumOf } from "../linear-shapes.ts";
import type { ModelParts } from "../parts.ts";
import type { FeedForwardShape } from "../shape.ts";
import {
  type AttentionRules,
  architectureOf,
  attentionLinears,
  type Experts,
  everyProjection,
  expertsFeedForward,
  gatedMlpLinears,
  layerLinear,
  llamaFields,
  ofExperts,
  ofSharedExperts,
  preNormBlock,
  readDecoder,
  readExperts,
  readGroupedAttention,
  type Sizes,
  splitLayers,
} from "./blocks.ts";
import { readSharedMixture } from "./deepseek.ts";
import { type LinearAttention, withLinearAttention } from "./linear-attention.ts";

/** Decoder variant. Source: transformers 5.24, each type's configuration and modeling. */
interface Variant extends AttentionRules {
  readonly fields: { readonly count: string; readonly width: string };
  /** MLP width (default `intermediate_size`); an expert's width where all layers have experts. */
  readonly intermediate?: "moe_intermediate_size";
  /** Layers with experts. `some`: the config lists layers with an MLP in their place. */
  readonly sparseLayers: "all" | "some";
  /** Expert visited by every token, behind a separate gate. */
  readonly sharedExpert: boolean;
  readonly queryKeyNorm: boolean;
  /** Attention sinks: a number per head, added as a term to each softmax. */
  readonly attentionSinks: boolean;
  /** True if the router's weights stay in fp32. */
  readonly floatWeights: boolean;
  readonly layout: ExpertLayout;
  readonly linearAttention?: LinearAttention;
}

/** Router and expert module paths inside a layer. */
interface ExpertLayout {
  readonly router: string;
  readonly routerBias: boolean;
  readonly linears: (sizes: Sizes, experts: Experts, inLayers: number[]) => ModelLinear[];
}

const mixtralLayout: ExpertLayout = {
  router: "block_sparse_moe.gate",
  routerBias: false,
  linears: ({ hiddenSize, layers }, { count, width }, inLayers) => {
    const linear = (name: string, inDim: number, outDim: number, reads: LinearInput) =>
      layerLinear(layers, `block_sparse_moe.experts.*.${name}`, inDim, outDim, reads, {
        inLayers,
        perLayer: count,
      });
    return [
      linear("w1", hiddenSize, width, "experts"),
      linear("w3", hiddenSize, width, "experts"),
      linear("w2", width, hiddenSize, "own"),
    ];
  },
};

const qwenLayout: ExpertLayout = {
  router: "mlp.gate",
  routerBias: false,
  linears: (sizes, { count, width }, inLayers) =>
    gatedMlpLinears(sizes, "mlp.experts.*", width, {
      ...ofExperts,
      inLayers,
      perLayer: count,
    }),
};

const gptOssLayout: ExpertLayout = {
  router: "mlp.router",
  routerBias: true,
  linears: ({ hiddenSize, layers }, { count, width }, inLayers) => {
    const more = { bias: true, inLayers, perLayer: count };
    return [
      layerLinear(layers, "mlp.experts.gate_up_proj", hiddenSize, 2 * width, "experts", more),
      layerLinear(layers, "mlp.experts.down_proj", width, hiddenSize, "own", more),
    ];
  },
};

const mixtral: Variant = {
  attentionBias: [],
  absentKvHeads: "required",
  absentHeadDim: "hidden / heads",
  fields: { count: "num_local_experts", width: "intermediate_size" },
  sparseLayers: "all",
  sharedExpert: false,
  queryKeyNorm: false,
  attentionSinks: false,
  floatWeights: true,
  layout: mixtralLayout,
};
const qwen: Variant = {
  ...mixtral,
  fields: { count: "num_experts", width: "moe_intermediate_size" },
  sparseLayers: "some",
  floatWeights: false,
  layout: qwenLayout,
};

const qwen3Hybrid: Variant = {
  ...qwen,
  attentionBias: everyProjection,
  attentionBiasFlag: { field: "attention_bias", absent: false },
  absentHeadDim: "required",
  sharedExpert: true,
  queryKeyNorm: true,
};

export const mixtureArchitecture = architectureOf<Variant>(
  {
    mixtral,
    qwen2_moe: {
      ...qwen,
      attentionBias: ["q_proj", "k_proj", "v_proj"],
      attentionBiasFlag: { field: "qkv_bias", absent: true },
      sharedExpert: true,
    },
    qwen3_moe: {
      ...qwen,
      attentionBias: everyProjection,
      attentionBiasFlag: { field: "attention_bias", absent: false },
      queryKeyNorm: true,
    },
    qwen3_next: { ...qwen3Hybrid, linearAttention: "qkvz and ba" },
    qwen3_5_moe_text: {
      ...qwen3Hybrid,
      sparseLayers: "all",
      intermediate: "moe_intermediate_size",
      linearAttention: "qkv",
    },
    gpt_oss: {
      ...mixtral,
      attentionBias: everyProjection,
      attentionBiasFlag: { field: "attention_bias", absent: true },
      absentHeadDim: "required",
      attentionSinks: true,
      floatWeights: false,
      layout: gptOssLayout,
    },
  },
  readMixture,
);

/**
 * Experts of gpt-oss. Saved: gate and up, a clamped gate, its sigmoid, their product, and up plus 1. Source:
 * transformers 5.24, modeling_gpt_oss.py, `_apply_gate`
 */
function clampedExperts({ gated, width, experts }: FeedForwardShape): FeedForwardShape {
  return { gated, width, activationTensors: 6, experts: { ...experts!, biases: true } };
}

/** Decoder with RMSNorm, grouped queries and, in all layers or some, experts in place of the MLP. */
function readMixture(variant: Variant, config: ConfigReader): ModelParts {
  const fields = { ...llamaFields, intermediate: variant.intermediate ?? llamaFields.intermediate };
  const sizes = readDecoder(config, { fields, absentTied: false });
  const { hiddenSize, intermediateSize, layers, heads } = sizes;
  const attention = readGroupedAttention(config, sizes, variant);
  const experts = readExperts(config, layers, variant.fields);
  const sharedWidth = variant.sharedExpert ? config.size("shared_expert_intermediate_size") : 0;
  const some = variant.sparseLayers === "some";
  const step = some ? config.sizeOr("decoder_sparse_step", () => 1) : 1;
  const mlpOnly = some ? config.indexes("mlp_only_layers", layers) : [];

  const { chosen: sparse, others: dense } = splitLayers(
    layers,
    (layer) => (layer + 1) % step === 0 && !mlpOnly.includes(layer),
  );
  const { router, routerBias, linears } = variant.layout;
  const gate = (path: string, outDim: number, bias: boolean) =>
    layerLinear(layers, path, hiddenSize, outDim, "own", { bias, role: "router", inLayers: sparse });
  const routers = [gate(router, experts.count, routerBias)];
  if (variant.sharedExpert) routers.push(gate("mlp.shared_expert_gate", 1, false));
  const mlp = (parent: string, width: number, inLayers: number[], reads = {}) =>
    gatedMlpLinears(sizes, parent, width, { qualified: true, inLayers, ...reads });
  const sharing = variant.sharedExpert ? sparse : [];
  const { kvHeads, headDim } = attention;
  const feedForward = expertsFeedForward(experts, sharedWidth, variant.floatWeights);
  const layerVectors = [
    2 * hiddenSize,
    variant.queryKeyNorm ? 2 * headDim : 0,
    variant.attentionSinks ? heads : 0,
  ];
  const parts: ModelParts = {
    family: "mixture",
    ...sizes,
    kvHeads,
    headDim,
    block: {
      ...preNormBlock(attention, {
        queryKeyNorm: variant.queryKeyNorm,
        feedForward: variant.attentionSinks ? clampedExperts(feedForward) : feedForward,
      }),
      ...(variant.attentionSinks && { softmax: "as scores", lacksSdpa: true }),
    },
    paths: ["model", "layers"],
    linears: [
      ...attentionLinears(sizes, attention),
      ...mlp("mlp", intermediateSize, dense),
      ...mlp("mlp.shared_expert", sharedWidth, sharing, ofSharedExperts),
    ],
    experts: linears(sizes, experts, sparse),
    routers,
    norms: layers * sumOf(layerVectors) + hiddenSize,
  };
  return variant.linearAttention === undefined
    ? parts
    : withLinearAttention(variant.linearAttention, parts, config);
}

/**
 * GLM-4.5: RMSNorm, grouped queries with biases on q, k and v, experts as in DeepSeek-V3. Layers for predicting further
 * tokens are left out, as in transformers. Source: transformers 5.24, modeling_glm4_moe.py
 */
export const glmMoeArchitecture = architectureOf({ glm4_moe: {} }, (_, config: ConfigReader): ModelParts => {
  const sizes = readDecoder(config, { absentTied: false });
  const attention = readGroupedAttention(config, sizes, {
    attentionBias: ["q_proj", "k_proj", "v_proj"],
    attentionBiasFlag: { field: "attention_bias", absent: false },
    absentKvHeads: "required",
    absentHeadDim: "required",
  });
  const queryKeyNorm = config.flag("use_qk_norm", false);
  const { hiddenSize, layers } = sizes;
  const { kvHeads, headDim } = attention;
  const { feedForward, linears, ...mixture } = readSharedMixture(config, sizes);
  return {
    family: "mixture",
    ...sizes,
    kvHeads,
    headDim,
    block: preNormBlock(attention, { queryKeyNorm, feedForward }),
    paths: ["model", "layers"],
    linears: [...attentionLinears(sizes, attention), ...linears],
    ...mixture,
    norms: layers * (2 * hiddenSize + (queryKeyNorm ? 2 * headDim : 0)) + hiddenSize,
  };
});
