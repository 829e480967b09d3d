import type { ConfigReader } from "../config-reader.ts";
import type { LinearInput, ModelLinear } from "../linear-shapes.ts";
import type { ModelParts } from "../parts.ts";
import {
  architectureOf,
  attentionLinears,
  gatedMlpLinears,
  layerLinear,
  readDecoder,
  readGroupedAttention,
  type Sizes,
  splitLayers,
} from "./blocks.ts";

interface Extras {
  /** Hidden state versions; a layer computes one and predicts the others (AltUp). */
  readonly versions: number;
  /** Width of each layer's own token embeddings. */
  readonly perLayerWidth: number;
  /** Learned residual rank (LAuReL). */
  readonly laurelRank: number;
}

/**
 * Gemma 3n's language model: Gemma 3 with token embeddings per layer, several hidden state versions, and a low-rank
 * residual. Last layers read earlier layers' keys and values; transformers drops their own matrices. Source:
 * transformers 5.24, configuration_gemma3n.py and modeling_gemma3n.py
 */
export const gemma3nArchitecture = architectureOf({ gemma3n_text: {} }, (_, whole): ModelParts => {
  const config = withOneWidth(whole);
  const sizes = readDecoder(config, { absentTied: true });
  const attention = readGroupedAttention(config, sizes, {
    attentionBias: [],
    absentKvHeads: "required",
    absentHeadDim: "required",
  });
  config.only("attention_bias", false);
  const extras: Extras = {
    versions: config.size("altup_num_inputs"),
    perLayerWidth: config.size("hidden_size_per_layer_input"),
    laurelRank: config.size("laurel_rank"),
  };
  const { hiddenSize, layers, intermediateSize } = sizes;
  const { kvHeads, headDim, queryDim, kvDim } = attention;
  const { versions, perLayerWidth } = extras;
  const sharing = config.count("num_kv_shared_layers");
  if (config.isSound && sharing >= layers) config.problem("num_kv_shared_layers", `below ${layers}`);
  const { chosen: own } = splitLayers(layers, (layer) => layer < layers - sharing);
  const ofOwnLayers = (linear: ModelLinear): ModelLinear =>
    sharing > 0 && /^[kv]_proj$/.test(linear.name) ? { ...linear, inLayers: own, count: own.length } : linear;
  return {
    family: "llama",
    ...sizes,
    kvHeads,
    headDim,
    block: {
      norm: "rmsnorm",
      norms: 4,
      normInputs: 4,
      queryKeyNorm: true,
      queryDim,
      keyDim: kvDim,
      valueDim: kvDim,
      fusedQkv: false,
      feedForward: { gated: true, width: intermediateSize },
    },
    paths: ["model", "layers"],
    linears: [
      ...extraLinears(sizes, extras),
      ...attentionLinears(sizes, attention).map(ofOwnLayers),
      ...gatedMlpLinears(sizes, "mlp", intermediateSize),
    ],
    around: [
      once("per_layer_model_projection", hiddenSize, layers * perLayerWidth, 1),
      once("altup_projections.*", hiddenSize, hiddenSize, versions - 1),
      once("altup_unembed_projections.*", hiddenSize, hiddenSize, versions - 1),
    ],
    otherEmbeddings: config.size("vocab_size_per_layer_input") * layers * perLayerWidth,
    // Eight vectors: Gemma 3's four norms, and norms for AltUp, LAuReL and the layer's embedding.
    norms: layers * (8 * hiddenSize + headDim) + own.length * headDim + hiddenSize + perLayerWidth,
    unmodelled: [
      {
        ...{
          what: "activations that a Gemma 3 has not",
          direction: "more",
        },
        sentence:
          `Gemma 3n's ${versions} versions of the hidden states (AltUp), its embeddings of each layer and its low-rank residuals ` +
          "are counted as weights. Their activations are not modelled: training needs more.",
      },
    ],
  };
});

function extraLinears({ hiddenSize, layers }: Sizes, extras: Extras): ModelLinear[] {
  const { versions, perLayerWidth, laurelRank } = extras;
  const linear = (path: string, inDim: number, outDim: number, reads: LinearInput = "own"): ModelLinear => ({
    ...layerLinear(layers, path, inDim, outDim, reads),
    limitsRank: false,
  });
  return [
    linear("altup.correction_coefs", versions, versions),
    linear("altup.prediction_coefs", versions, versions ** 2),
    linear("altup.modality_router", hiddenSize, versions),
    linear("laurel.linear_left", hiddenSize, laurelRank, "attention"),
    linear("laurel.linear_right", laurelRank, hiddenSize),
    linear("per_layer_input_gate", hiddenSize, perLayerWidth),
    linear("per_layer_projection", perLayerWidth, hiddenSize),
  ];
}

function once(path: string, inDim: number, outDim: number, count: number): ModelLinear {
  const { name, ...linear } = layerLinear(count, path, inDim, outDim, "own");
  return { ...linear, name: name === "*" ? path.slice(0, -2) : name };
}

/** Collapses a list of equal MLP widths, one per layer. */
function withOneWidth(config: ConfigReader): ConfigReader {
  const widths = config.fields.intermediate_size;
  if (!Array.isArray(widths)) return config;
  if (new Set(widths).size === 1) return config.within({ ...config.fields, intermediate_size: widths[0] });
  config.problem("intermediate_size", "the same for all layers");
  return config;
}
