import {
  type LinearInput,
  type ModelLinear,
  sumOf,
  tensorElements,
  weightElements,
} from "../linear-shapes.ts";
import type { LlamaModelType, ModelHead, ModelParams, ModelShape } from "../shape.ts";
import type { ConfigReader } from "./config-reader.ts";
import { decoderHeadTensors, lmHead } from "./decoder-head.ts";

/** How one model type differs from the next. Source: transformers 5.24, configuration and modeling of each type. */
interface Variant {
  /** Attention projections with a bias: always those of this list, or all four if the config's flag says so. */
  readonly attentionBias: readonly string[] | "flag";
  readonly mlpBias: "never" | "flag";
  /** What an absent field means. `required`: nothing that a file may rely on. */
  readonly absentKvHeads: "heads" | "required";
  readonly absentHeadDim: "hidden / heads" | "required";
  /** What an absent `tie_word_embeddings` means: the default of each type's own config class. */
  readonly absentTied: boolean;
  /** RMSNorms `[hidden]` in a layer. */
  readonly normsPerLayer: number;
  /** Two RMSNorms `[headDim]` in a layer, on queries and keys. */
  readonly queryKeyNorm: boolean;
  /** One matrix for q, k, v and one for gate and up. */
  readonly fused: boolean;
}

const llama: Variant = {
  attentionBias: "flag",
  mlpBias: "flag",
  absentKvHeads: "heads",
  absentHeadDim: "hidden / heads",
  absentTied: false,
  normsPerLayer: 2,
  queryKeyNorm: false,
  fused: false,
};
const mistral: Variant = { ...llama, attentionBias: [], mlpBias: "never", absentKvHeads: "required" };
const gemma: Variant = {
  ...llama,
  mlpBias: "never",
  absentKvHeads: "required",
  absentHeadDim: "required",
  absentTied: true,
};

const variants: Readonly<Record<LlamaModelType, Variant>> = {
  llama,
  mistral,
  qwen2: { ...mistral, attentionBias: ["q_proj", "k_proj", "v_proj"] },
  qwen3: { ...mistral, attentionBias: "flag", absentHeadDim: "required", queryKeyNorm: true },
  gemma,
  gemma2: { ...gemma, normsPerLayer: 4 },
  gemma3_text: { ...gemma, normsPerLayer: 4, queryKeyNorm: true },
  phi3: { ...mistral, absentKvHeads: "heads", fused: true },
};

export const llamaModelTypes = Object.keys(variants) as readonly LlamaModelType[];

/** Shape of a decoder with RMSNorm, rotary positions and a gated MLP. */
export function llamaShape(modelType: LlamaModelType, config: ConfigReader, head: ModelHead): ModelShape {
  const variant = variants[modelType];
  const hiddenSize = config.size("hidden_size");
  const intermediateSize = config.size("intermediate_size");
  const layers = config.size("num_hidden_layers");
  const heads = config.size("num_attention_heads");
  const vocabSize = config.size("vocab_size");
  const kvHeads =
    variant.absentKvHeads === "heads"
      ? config.sizeOr("num_key_value_heads", () => heads)
      : config.size("num_key_value_heads");
  config.divisible("num_attention_heads", "num_key_value_heads");
  const headDim =
    variant.absentHeadDim === "required"
      ? config.size("head_dim")
      : config.sizeOr("head_dim", () => {
          config.divisible("hidden_size", "num_attention_heads");
          return hiddenSize / heads;
        });
  const attentionBias =
    variant.attentionBias === "flag" ? config.flag("attention_bias", false) : variant.attentionBias;
  const mlpBias = variant.mlpBias === "flag" && config.flag("mlp_bias", false);
  const tied = head.kind === "causal-lm" && config.flag("tie_word_embeddings", variant.absentTied);
  config.finish();

  const prefix = head.kind === "none" ? "layers.*." : "model.layers.*.";
  const linear = (
    parent: string,
    name: string,
    inDim: number,
    outDim: number,
    reads: LinearInput = parent === "mlp" ? "feed-forward" : "attention",
  ): ModelLinear => ({
    name,
    inDim,
    outDim,
    count: layers,
    path: `${prefix}${parent}.${name}`,
    role: "block",
    reads,
    bias:
      parent === "mlp"
        ? mlpBias
        : typeof attentionBias === "boolean"
          ? attentionBias
          : attentionBias.includes(name),
  });
  const queryDim = heads * headDim;
  const kvDim = kvHeads * headDim;
  const linears = [
    ...(variant.fused
      ? [linear("self_attn", "qkv_proj", hiddenSize, queryDim + 2 * kvDim)]
      : [
          linear("self_attn", "q_proj", hiddenSize, queryDim),
          linear("self_attn", "k_proj", hiddenSize, kvDim),
          linear("self_attn", "v_proj", hiddenSize, kvDim),
        ]),
    linear("self_attn", "o_proj", queryDim, hiddenSize, "attention output"),
    ...(variant.fused
      ? [linear("mlp", "gate_up_proj", hiddenSize, 2 * intermediateSize)]
      : [
          linear("mlp", "gate_proj", hiddenSize, intermediateSize),
          linear("mlp", "up_proj", hiddenSize, intermediateSize),
        ]),
    linear("mlp", "down_proj", intermediateSize, hiddenSize, "feed-forward output"),
  ];

  const layerNorms = variant.normsPerLayer * hiddenSize + (variant.queryKeyNorm ? 2 * headDim : 0);
  const biases = sumOf(linears.map(({ bias, outDim, count }) => (bias ? outDim * count : 0)));
  const headTensors = decoderHeadTensors(head, hiddenSize, vocabSize, tied);
  const params: ModelParams = {
    embeddings: vocabSize * hiddenSize,
    blockWeights: sumOf(linears.map(weightElements)),
    biasesAndNorms: biases + layers * layerNorms + hiddenSize, // + hiddenSize: the norm behind the last layer
    pooler: 0,
    head: tensorElements(headTensors),
  };
  return {
    modelType,
    family: "llama",
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
      norms: variant.normsPerLayer,
      normInputs: variant.normsPerLayer,
      queryKeyNorm: variant.queryKeyNorm,
      queryDim,
      keyDim: kvDim,
      valueDim: kvDim,
      fusedQkv: variant.fused,
      feedForward: { gated: true, width: intermediateSize },
    },
    tied,
    linears,
    outputLinear: head.kind === "causal-lm" ? lmHead(hiddenSize, vocabSize) : null,
    headTensors,
    params,
    totalParams: sumOf(Object.values(params)),
  };
}
