import type { ConfigReader } from "../config-reader.ts";
import type { ModelParts } from "../parts.ts";
import type { ModelType } from "../shape.ts";
import {
  fullKinds,
  gemma2Kinds,
  gemma3Kinds,
  type LayerKind,
  mistralKinds,
  phi3Kinds,
  qwenKinds,
  type ReadLayerKinds,
} from "./layer-kinds.ts";

/** Activation names. Source: ACT2FN in transformers 5.24. */
const activations = ["silu", "swish", "gelu", "gelu_new", "gelu_pytorch_tanh", "relu"] as const;
export type ActivationName = (typeof activations)[number];

/** Settings that a forward pass needs beside the model's shapes. */
export interface ModelComputation {
  readonly activation: ActivationName;
  /** Epsilon in normalisation, added to the variance (LayerNorm) or mean square (RMSNorm). */
  readonly normEpsilon: number;
  readonly attentionScale: number;
  /** Bound on attention scores, ±; null: unbounded. */
  readonly attentionSoftcap: number | null;
  /** Bound on vocabulary logits, ±; null: unbounded. */
  readonly logitSoftcap: number | null;
  /** Attention kind of each layer, in order; equal layers share an object. */
  readonly layerKinds: readonly LayerKind[];
  /** Most positions, and so tokens in a text; null without a limit. */
  readonly maxPositions: number | null;
  /** Padding token; arbitrary if the config names none, since attention ignores padding. */
  readonly padTokenId: number;
  /** Standard deviation for randomly initialised matrices. */
  readonly initializerRange: number;
}

type ReadComputation = (config: ConfigReader, parts: ModelParts) => ModelComputation;

/** Readers by model type. Source: transformers 5.24, each type's configuration and modeling. */
const computations = {
  llama: rotaryDecoder(fullKinds),
  mistral: rotaryDecoder(mistralKinds),
  qwen2: rotaryDecoder(qwenKinds),
  qwen3: rotaryDecoder(qwenKinds),
  gemma2: gemma(gemma2Kinds),
  gemma3_text: gemma(gemma3Kinds),
  phi3: rotaryDecoder(phi3Kinds),
  gpt2: readGpt2,
  bert: readBert,
  roberta: readRoberta,
  distilbert: readDistilbert,
} satisfies Readonly<Partial<Record<ModelType, ReadComputation>>>;

/** `model_type` with a known computation, not only shapes. */
export type TrainableModelType = keyof typeof computations;

/** Model types with a known computation: every {@link TrainableModelType}. */
export const trainableModelTypes = Object.keys(computations) as readonly TrainableModelType[];

/** Reads a model's computation; faults become problems of the reader. */
export function readComputation(
  modelType: TrainableModelType,
  config: ConfigReader,
  parts: ModelParts,
): ModelComputation {
  return computations[modelType](config, parts);
}

function rotaryDecoder(readKinds: ReadLayerKinds): ReadComputation {
  return (config, parts) => ({
    ...common(config, parts),
    activation: config.choice("hidden_act", activations, "silu"),
    normEpsilon: config.number("rms_norm_eps"),
    layerKinds: readKinds(config, parts),
    maxPositions: config.sizeOr("max_position_embeddings", () => null),
  });
}

function gemma(readKinds: ReadLayerKinds): ReadComputation {
  return (config, parts) => ({
    ...rotaryDecoder(readKinds)(config, parts),
    activation: config.choice("hidden_activation", activations, "gelu_pytorch_tanh"),
    attentionScale: config.number("query_pre_attn_scalar") ** -0.5,
    attentionSoftcap: config.numberIfAny("attn_logit_softcapping"),
    logitSoftcap: config.numberIfAny("final_logit_softcapping"),
  });
}

function readGpt2(config: ConfigReader, parts: ModelParts): ModelComputation {
  // Attention scales other than these defaults make a different model.
  config.only("scale_attn_weights", true);
  config.only("scale_attn_by_inverse_layer_idx", false);
  return {
    ...learnedPositions(config, parts),
    activation: config.choice("activation_function", activations, "gelu_new"),
    normEpsilon: config.number("layer_norm_epsilon", 1e-5),
  };
}

function readBert(config: ConfigReader, parts: ModelParts): ModelComputation {
  // Relative positions and causal attention make other models.
  config.only("position_embedding_type", "absolute");
  config.only("is_decoder", false);
  return {
    ...learnedPositions(config, parts),
    activation: config.choice("hidden_act", activations, "gelu"),
    normEpsilon: config.number("layer_norm_eps", 1e-12),
  };
}

/** RoBERTa: positions count from padTokenId + 1. */
function readRoberta(config: ConfigReader, parts: ModelParts): ModelComputation {
  const read = readBert(config, parts);
  config.number("pad_token_id");
  return { ...read, maxPositions: (read.maxPositions ?? 0) - read.padTokenId - 1 };
}

function readDistilbert(config: ConfigReader, parts: ModelParts): ModelComputation {
  return {
    ...learnedPositions(config, parts),
    activation: config.choice("activation", activations, "gelu"),
    normEpsilon: 1e-12, // fixed in the model's code; the config has no such field
  };
}

function learnedPositions(config: ConfigReader, parts: ModelParts) {
  const kind: LayerKind = { name: "full", window: null, rope: null };
  return {
    ...common(config, parts),
    layerKinds: new Array<LayerKind>(parts.layers).fill(kind),
    maxPositions: parts.positions ?? null,
  };
}

function common(config: ConfigReader, { headDim }: ModelParts) {
  const pad = config.fields.pad_token_id;
  return {
    attentionScale: 1 / Math.sqrt(headDim),
    attentionSoftcap: null,
    logitSoftcap: null,
    padTokenId: typeof pad === "number" && pad >= 0 ? pad : 0,
    initializerRange: config.number("initializer_range", 0.02),
  };
}
