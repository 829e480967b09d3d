import type { ModelHead, ModelShape, ModelType } from "../shape.ts";
import type { ConfigReader } from "./config-reader.ts";
import { decoderShape, layerLinear, layerPlace } from "./decoder.ts";
import { familyOf } from "./family.ts";

/** What a config of one type says. Source: transformers 5.24, configuration and modeling of each type. */
interface Block {
  readonly hiddenSize: number;
  readonly intermediateSize: number;
  readonly layers: number;
  readonly heads: number;
  readonly kvHeads: number;
  readonly attentionBias: boolean;
  readonly mlpBias: boolean;
  /** LayerNorms in a layer. */
  readonly norms: number;
  /** Attention and MLP read the same hidden state. */
  readonly parallel: boolean;
}

interface Variant {
  readonly read: (config: ConfigReader) => Block;
  readonly absentTied: boolean;
  /** Module paths: of the base model where it has a head, of its layers, of attention in a layer. */
  readonly paths: readonly [base: string, layers: string, attention: string];
  /** Whether a LayerNorm stands behind the embeddings. */
  readonly embeddingNorm: boolean;
}

export const fusedLayernormFamily = familyOf<Variant>(
  {
    gpt_neox: {
      read: readNeox,
      absentTied: false,
      paths: ["gpt_neox", "layers", "attention"],
      embeddingNorm: false,
    },
    falcon: {
      read: readFalcon,
      absentTied: true,
      paths: ["transformer", "h", "self_attention"],
      embeddingNorm: false,
    },
    bloom: {
      read: readBloom,
      absentTied: true,
      paths: ["transformer", "h", "self_attention"],
      embeddingNorm: true,
    },
  },
  { kind: "causal-lm" },
  fusedLayernormShape,
);

/** Shape of a decoder with LayerNorm, one matrix for q, k and v, and a plain MLP. */
function fusedLayernormShape(
  modelType: ModelType,
  variant: Variant,
  config: ConfigReader,
  head: ModelHead,
): ModelShape {
  const block = variant.read(config);
  const { hiddenSize, intermediateSize, layers, heads, kvHeads, attentionBias, mlpBias, norms } = block;
  const vocabSize = config.size("vocab_size");
  const tied = head.kind === "causal-lm" && config.flag("tie_word_embeddings", variant.absentTied);
  config.finish();

  const [base, path, attention] = variant.paths;
  const place = layerPlace(base, path, layers, head);
  const headDim = hiddenSize / heads;
  const kvDim = kvHeads * headDim;
  const otherNorms = variant.embeddingNorm ? 2 : 1; // behind the embeddings, behind the last layer
  return decoderShape({
    modelType,
    family: "gpt2",
    head,
    hiddenSize,
    intermediateSize,
    layers,
    heads,
    kvHeads,
    headDim,
    vocabSize,
    block: {
      norm: "layernorm",
      norms,
      normInputs: block.parallel ? 1 : norms,
      queryKeyNorm: false,
      queryDim: hiddenSize,
      keyDim: kvDim,
      valueDim: kvDim,
      fusedQkv: true,
      feedForward: { gated: false, width: intermediateSize },
    },
    tied,
    linears: [
      layerLinear(place, `${attention}.query_key_value`, hiddenSize, hiddenSize + 2 * kvDim, "attention", {
        bias: attentionBias,
      }),
      layerLinear(place, `${attention}.dense`, hiddenSize, hiddenSize, "attention output", {
        bias: attentionBias,
      }),
      layerLinear(
        place,
        "mlp.dense_h_to_4h",
        hiddenSize,
        intermediateSize,
        norms === 1 ? "attention" : "feed-forward",
        { bias: mlpBias },
      ),
      layerLinear(place, "mlp.dense_4h_to_h", intermediateSize, hiddenSize, "feed-forward output", {
        bias: mlpBias,
      }),
    ],
    norms: (norms * layers + otherNorms) * 2 * hiddenSize, // gain and bias each
  });
}

function readNeox(config: ConfigReader): Block {
  const heads = config.size("num_attention_heads");
  config.divisible("hidden_size", "num_attention_heads");
  return {
    hiddenSize: config.size("hidden_size"),
    intermediateSize: config.size("intermediate_size"),
    layers: config.size("num_hidden_layers"),
    heads,
    kvHeads: heads,
    attentionBias: config.flag("attention_bias", true),
    mlpBias: true,
    norms: 2,
    parallel: config.flag("use_parallel_residual", true),
  };
}

function readFalcon(config: ConfigReader): Block {
  const hiddenSize = config.size("hidden_size");
  const heads = config.size("num_attention_heads");
  config.divisible("hidden_size", "num_attention_heads");
  const isNew = config.flag("new_decoder_architecture", false);
  const groups = isNew ? config.sizeOr("num_kv_heads", () => heads) : 1;
  if (isNew) config.divisible("num_attention_heads", "num_kv_heads");
  const multiQuery = config.flag("multi_query", true);
  const bias = config.flag("bias", false);
  const parallel = config.flag("parallel_attn", true);
  const parallelNorms = config.sizeOr("num_ln_in_parallel_attn", () => (isNew ? 2 : 1));
  if (parallelNorms > 2) config.problem("num_ln_in_parallel_attn", "1 or 2");
  return {
    hiddenSize,
    intermediateSize: config.sizeOr("ffn_hidden_size", () => 4 * hiddenSize),
    layers: config.size("num_hidden_layers"),
    heads,
    kvHeads: isNew ? groups : multiQuery ? 1 : heads,
    attentionBias: bias,
    mlpBias: bias,
    norms: parallel ? parallelNorms : 2,
    parallel: isNew || parallel,
  };
}

function readBloom(config: ConfigReader): Block {
  // Published files mix BLOOM's names with the usual ones.
  const name = (own: string, usual: string) => (config.has(usual) ? usual : own);
  const hidden = config.has("n_embed") ? "n_embed" : "hidden_size";
  const head = name("n_head", "num_attention_heads");
  const hiddenSize = config.size(hidden);
  const heads = config.size(head);
  config.divisible(hidden, head);
  return {
    hiddenSize,
    intermediateSize: 4 * hiddenSize,
    layers: config.size(name("n_layer", "num_hidden_layers")),
    heads,
    kvHeads: heads,
    attentionBias: true,
    mlpBias: true,
    norms: 2,
    parallel: false,
  };
}
