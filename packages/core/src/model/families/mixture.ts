import { type LinearInput, type ModelLinear, sumOf } from "../linear-shapes.ts";
import type { ModelHead, ModelShape, ModelType } from "../shape.ts";
import type { ConfigReader } from "./config-reader.ts";
import { decoderShape, type LayerPlace, layerLinear, layerPlace } from "./decoder.ts";
import {
  type Experts,
  expertsFeedForward,
  ofExperts,
  ofSharedExperts,
  readExperts,
  splitLayers,
} from "./experts.ts";
import { familyOf } from "./family.ts";
import { gatedMlpLinears } from "./gated-mlp.ts";
import {
  type AttentionRules,
  attentionLinears,
  everyProjection,
  readGroupedAttention,
} from "./grouped-attention.ts";

/** How one model type differs from the next. Source: transformers 5.24, configuration and modeling of each type. */
interface Variant extends AttentionRules {
  readonly fields: { readonly count: string; readonly width: string };
  /** `some`: the config says which layers have an MLP in place of experts. */
  readonly sparseLayers: "all" | "some";
  /** An expert that every token visits, behind a gate of its own. */
  readonly sharedExpert: boolean;
  readonly queryKeyNorm: boolean;
  /** One number a head, which takes part in each softmax. */
  readonly attentionSinks: boolean;
  readonly layout: ExpertLayout;
}

/** Where experts are, and what they are called. Paths inside a layer. */
interface ExpertLayout {
  readonly router: string;
  readonly routerBias: boolean;
  readonly linears: (
    place: LayerPlace,
    hiddenSize: number,
    experts: Experts,
    layers: number[],
  ) => ModelLinear[];
}

const mixtralLayout: ExpertLayout = {
  router: "block_sparse_moe.gate",
  routerBias: false,
  linears: (place, hiddenSize, { count, width }, inLayers) => {
    const linear = (name: string, inDim: number, outDim: number, reads: LinearInput) =>
      layerLinear(place, `block_sparse_moe.experts.*.${name}`, inDim, outDim, reads, {
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
  linears: (place, hiddenSize, { count, width }, inLayers) =>
    gatedMlpLinears(place, "mlp.experts.*", hiddenSize, width, {
      ...ofExperts,
      inLayers,
      perLayer: count,
    }),
};

/** The experts of a layer are stacked in the checkpoint too. */
const gptOssLayout: ExpertLayout = {
  router: "mlp.router",
  routerBias: true,
  linears: (place, hiddenSize, { count, width }, inLayers) => {
    const more = { bias: true, inLayers, perLayer: count };
    return [
      layerLinear(place, "mlp.experts.gate_up_proj", hiddenSize, 2 * width, "experts", more),
      layerLinear(place, "mlp.experts.down_proj", width, hiddenSize, "own", more),
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
  layout: mixtralLayout,
};
const qwen: Variant = {
  ...mixtral,
  fields: { count: "num_experts", width: "moe_intermediate_size" },
  sparseLayers: "some",
  layout: qwenLayout,
};

export const mixtureFamily = familyOf<Variant>(
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
    gpt_oss: {
      ...mixtral,
      attentionBias: everyProjection,
      attentionBiasFlag: { field: "attention_bias", absent: true },
      absentHeadDim: "required",
      attentionSinks: true,
      layout: gptOssLayout,
    },
  },
  { kind: "causal-lm" },
  mixtureShape,
);

/** Shape of a decoder with RMSNorm, grouped queries and, in all layers or some, experts in place of the MLP. */
function mixtureShape(
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
  const experts = readExperts(config, variant.fields);
  const sharedWidth = variant.sharedExpert ? config.size("shared_expert_intermediate_size") : 0;
  const some = variant.sparseLayers === "some";
  const step = some ? config.sizeOr("decoder_sparse_step", () => 1) : 1;
  const mlpOnly = some ? config.indexes("mlp_only_layers", layers) : [];
  const tied = head.kind === "causal-lm" && config.flag("tie_word_embeddings", false);
  config.finish();

  const place = layerPlace("model", "layers", layers, head);
  const { chosen: sparse, others: dense } = splitLayers(
    layers,
    (layer) => (layer + 1) % step === 0 && !mlpOnly.includes(layer),
  );
  const { router, routerBias, linears } = variant.layout;
  const gate = (path: string, outDim: number, bias: boolean) =>
    layerLinear(place, path, hiddenSize, outDim, "own", { bias, role: "router", inLayers: sparse });
  const routers = [gate(router, experts.count, routerBias)];
  if (variant.sharedExpert) routers.push(gate("mlp.shared_expert_gate", 1, false));
  const mlp = (parent: string, width: number, inLayers: number[], reads = {}) =>
    gatedMlpLinears(place, parent, hiddenSize, width, { qualified: true, inLayers, ...reads });
  const sharing = variant.sharedExpert ? sparse : [];
  const { heads, kvHeads, headDim, queryDim, kvDim } = attention;
  const layerVectors = [
    2 * hiddenSize,
    variant.queryKeyNorm ? 2 * headDim : 0,
    variant.attentionSinks ? heads : 0,
  ];
  return decoderShape({
    modelType,
    family: "mixture",
    head,
    hiddenSize,
    intermediateSize,
    layers,
    heads,
    kvHeads,
    headDim,
    vocabSize,
    block: {
      norm: "rmsnorm",
      norms: 2,
      normInputs: 2,
      queryKeyNorm: variant.queryKeyNorm,
      queryDim,
      keyDim: kvDim,
      valueDim: kvDim,
      fusedQkv: false,
      feedForward: expertsFeedForward(experts, sharedWidth),
    },
    tied,
    linears: [
      ...attentionLinears(place, hiddenSize, attention),
      ...mlp("mlp", intermediateSize, dense),
      ...mlp("mlp.shared_expert", sharedWidth, sharing, ofSharedExperts),
    ],
    experts: linears(place, hiddenSize, experts, sparse),
    routers,
    norms: layers * sumOf(layerVectors) + hiddenSize,
  });
}
