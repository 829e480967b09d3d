import type { ConfigReader } from "../config-reader.ts";
import type { LinearInput } from "../linear-shapes.ts";
import type { ModelParts } from "../parts.ts";
import type { BlockShape } from "../shape.ts";
import {
  architectureOf,
  layerLinear,
  llamaFields,
  plainFeedForward,
  readDecoder,
  type SizeFields,
  type Sizes,
} from "./blocks.ts";

/** Decoder block. Source: transformers 5.24, each type's configuration and modeling. */
interface Block {
  readonly intermediateSize: number;
  readonly kvHeads: number;
  readonly attentionBias: boolean;
  readonly mlpBias: boolean;
  readonly norms: number;
  readonly parallel: boolean;
}

interface Variant {
  readonly fields: (config: ConfigReader) => SizeFields;
  readonly read: (config: ConfigReader, sizes: Sizes) => Block;
  readonly absentTied: boolean;
  readonly paths: ModelParts["paths"];
  readonly attention: string;
  readonly embeddingNorm: boolean;
  readonly softmax?: BlockShape["softmax"];
}

export const fusedLayernormArchitecture = architectureOf<Variant>(
  {
    gpt_neox: {
      fields: () => llamaFields,
      read: readNeox,
      absentTied: false,
      paths: ["gpt_neox", "layers"],
      attention: "attention",
      embeddingNorm: false,
    },
    falcon: {
      fields: () => ({ ...llamaFields, intermediate: null }),
      read: readFalcon,
      absentTied: true,
      paths: ["transformer", "h"],
      attention: "self_attention",
      embeddingNorm: false,
      softmax: "as scores",
    },
    bloom: {
      fields: bloomFields,
      read: readBloom,
      absentTied: true,
      paths: ["transformer", "h"],
      attention: "self_attention",
      embeddingNorm: true,
    },
  },
  readFusedLayernorm,
);

function readFusedLayernorm(variant: Variant, config: ConfigReader): ModelParts {
  const { paths, attention, absentTied, embeddingNorm, softmax } = variant;
  const fields = variant.fields(config);
  const sizes = readDecoder(config, { fields, absentTied });
  config.divisible(fields.hidden, fields.heads);
  const { intermediateSize, kvHeads, attentionBias, mlpBias, norms, parallel } = variant.read(config, sizes);

  const { hiddenSize, layers, heads } = sizes;
  const headDim = hiddenSize / heads;
  const kvDim = kvHeads * headDim;
  const otherNorms = embeddingNorm ? 2 : 1; // after the embeddings, after the last layer
  const mlpReads = norms === 1 ? "attention" : "feed-forward";
  return {
    family: "gpt2",
    ...sizes,
    intermediateSize,
    kvHeads,
    headDim,
    block: {
      norm: "layernorm",
      norms,
      normInputs: parallel ? 1 : norms,
      queryKeyNorm: false,
      queryDim: hiddenSize,
      keyDim: kvDim,
      valueDim: kvDim,
      fusedQkv: true,
      feedForward: plainFeedForward(config, intermediateSize),
      ...(softmax && { softmax }),
    },
    paths,
    linears: [
      layerLinear(layers, `${attention}.query_key_value`, hiddenSize, hiddenSize + 2 * kvDim, "attention", {
        bias: attentionBias,
      }),
      layerLinear(layers, `${attention}.dense`, hiddenSize, hiddenSize, "attention output", {
        bias: attentionBias,
      }),
      layerLinear(layers, "mlp.dense_h_to_4h", hiddenSize, intermediateSize, mlpReads, { bias: mlpBias }),
      layerLinear(layers, "mlp.dense_4h_to_h", intermediateSize, hiddenSize, "feed-forward output", {
        bias: mlpBias,
      }),
    ],
    norms: (norms * layers + otherNorms) * 2 * hiddenSize, // gain and bias each
  };
}

function readNeox(config: ConfigReader, { intermediateSize, heads }: Sizes): Block {
  return {
    intermediateSize,
    kvHeads: heads,
    attentionBias: config.flag("attention_bias", true),
    mlpBias: true,
    norms: 2,
    parallel: config.flag("use_parallel_residual", true),
  };
}

function readFalcon(config: ConfigReader, { intermediateSize, heads }: Sizes): Block {
  const isNew = config.flag("new_decoder_architecture", false);
  const groups = isNew ? config.sizeOr("num_kv_heads", () => heads) : 1;
  if (isNew) config.divisible("num_attention_heads", "num_kv_heads");
  const multiQuery = config.flag("multi_query", true);
  const bias = config.flag("bias", false);
  const parallel = config.flag("parallel_attn", true);
  const parallelNorms = config.sizeOr("num_ln_in_parallel_attn", () => (isNew ? 2 : 1));
  if (parallelNorms > 2) config.problem("num_ln_in_parallel_attn", "1 or 2");
  return {
    intermediateSize: config.sizeOr("ffn_hidden_size", () => intermediateSize),
    kvHeads: isNew ? groups : multiQuery ? 1 : heads,
    attentionBias: bias,
    mlpBias: bias,
    norms: parallel ? parallelNorms : 2,
    parallel: isNew || parallel,
  };
}

/** Field names; published files mix BLOOM's names with the common names. */
function bloomFields(config: ConfigReader): SizeFields {
  const name = (own: string, common: string) => (config.has(common) ? common : own);
  return {
    hidden: config.has("n_embed") ? "n_embed" : "hidden_size",
    intermediate: null,
    layers: name("n_layer", "num_hidden_layers"),
    heads: name("n_head", "num_attention_heads"),
  };
}

function readBloom(_: ConfigReader, { intermediateSize, heads }: Sizes): Block {
  return {
    intermediateSize,
    kvHeads: heads,
    attentionBias: true,
    mlpBias: true,
    norms: 2,
    parallel: false,
  };
}

const fields = { hidden: "n_embd", intermediate: null, layers: "n_layer", heads: "n_head" };

/**
 * Decoder with LayerNorm, learned positions, a single matrix for q, k and v, and a plain MLP, all with biases. Weights
 * are Conv1D, stored `[inDim, outDim]`; an adapter's A and B are not transposed. Source: transformers 5.24, gpt2
 * configuration and modeling
 */
export const gpt2Architecture = architectureOf({ gpt2: {} }, (_, config) => {
  const sizes = readDecoder(config, { fields, absentTied: true });
  const { hiddenSize, layers, heads } = sizes;
  const intermediateSize = config.sizeOr("n_inner", () => sizes.intermediateSize);
  config.divisible("n_embd", "n_head");
  const positions = config.size("n_positions");
  config.only("add_cross_attention", false);

  const linear = (path: string, inDim: number, outDim: number, reads: LinearInput, name: string) =>
    layerLinear(layers, path, inDim, outDim, reads, { bias: true, transposed: true, name });
  return {
    family: "gpt2",
    ...sizes,
    intermediateSize,
    kvHeads: heads,
    headDim: hiddenSize / heads,
    block: {
      norm: "layernorm",
      norms: 2,
      normInputs: 2,
      queryKeyNorm: false,
      queryDim: hiddenSize,
      keyDim: hiddenSize,
      valueDim: hiddenSize,
      fusedQkv: true,
      feedForward: plainFeedForward(config, intermediateSize, "gelu_new"),
      softmax: "as scores, fp32 under autocast",
    },
    paths: ["transformer", "h"],
    linears: [
      linear("attn.c_attn", hiddenSize, 3 * hiddenSize, "attention", "c_attn"),
      linear("attn.c_proj", hiddenSize, hiddenSize, "attention output", "attn.c_proj"),
      linear("mlp.c_fc", hiddenSize, intermediateSize, "feed-forward", "c_fc"),
      linear("mlp.c_proj", intermediateSize, hiddenSize, "feed-forward output", "mlp.c_proj"),
    ],
    positions,
    norms: (2 * layers + 1) * 2 * hiddenSize, // two norms a layer, one behind the last; gain and bias each
  };
});
