import { add, sliceLast, type Value } from "@lorank/graph";
import { readActivation } from "./activation.ts";
import { attention, queryRows } from "./attention.ts";
import { ConfigReader } from "./config.ts";
import { readPadTokenId } from "./decoder.ts";
import { decoderHead } from "./decoder-head.ts";
import type { Family, LinearLayer, ModuleWeights, TokenLayout } from "./family.ts";
import { applyLayerNorm, layerNormVectors } from "./layer-norm.ts";

/**
 * GPT-2: pre-norm blocks with LayerNorm, learned positions, and weights that are stored transposed (Conv1D).
 * Source: Radford et al., 2019, "Language models are unsupervised multitask learners"; GPT2LMHeadModel of
 * transformers 5.24.
 */
export function gpt2(config: Readonly<Record<string, unknown>>): Family {
  const read = new ConfigReader(config);
  const hidden = read.size("n_embd");
  const heads = read.size("n_head");
  const layers = read.size("n_layer");
  const rows = read.size("n_positions");
  const vocabSize = read.size("vocab_size");
  const inner = read.sizeIfAny("n_inner") ?? 4 * hidden;
  const epsilon = read.number("layer_norm_epsilon", 1e-5);
  const activation = readActivation(read, "activation_function", "gelu_new");
  const tied = read.flag("tie_word_embeddings", true);
  read.check(hidden % heads === 0, `n_embd must be a multiple of n_head, got ${hidden} and ${heads}`);
  // Other ways of attention under the same name, which this block does not compute.
  read.only("scale_attn_weights", true);
  read.only("scale_attn_by_inverse_layer_idx", false);
  read.only("add_cross_attention", false);
  const initializerRange = read.number("initializer_range", 0.02);
  read.finish();

  const norm = applyLayerNorm(epsilon);
  const embedding = "transformer.wte.weight";
  const shape = { heads, kvHeads: heads, headDim: hidden / heads };
  const conv1d = (path: string, inDim: number, outDim: number): LinearLayer => ({
    path,
    inDim,
    outDim,
    bias: true,
    transposed: true,
  });
  return {
    modelType: "gpt2",
    layers,
    hiddenSize: hidden,
    vocabSize,
    maxPositions: rows,
    padTokenId: readPadTokenId(config),
    initializerRange,
    basePrefix: "transformer.",
    attends: "causal",
    embeddings: {
      tokens: embedding,
      positions: { name: "transformer.wpe.weight", rows, numbering: "column" },
      scale: 1,
    },
    linears: [
      conv1d("attn.c_attn", hidden, 3 * hidden),
      conv1d("attn.c_proj", hidden, hidden),
      conv1d("mlp.c_fc", hidden, inner),
      conv1d("mlp.c_proj", inner, hidden),
    ],
    vectors: [...layerNormVectors("ln_1", hidden), ...layerNormVectors("ln_2", hidden)],
    keyValuePaths: new Set(["attn.c_attn"]),
    blockPath: (layer) => `transformer.h.${layer}`,
    kindOf: () => ({ name: "full" }),
    block,
    head: decoderHead({
      hidden,
      vocabSize,
      norm: {
        vectors: layerNormVectors("transformer.ln_f", hidden),
        apply: (x, weights) => norm(x, weights, "transformer.ln_f"),
      },
      ...(tied ? { tiedTo: embedding } : {}),
    }),
  };

  function block(x: Value, weights: ModuleWeights, tokens: TokenLayout): Value {
    const qkv = weights.linear(norm(x, weights, "ln_1"), "attn.c_attn"); // [tokens, 3 * hidden]
    const mixed = attention(
      queryRows(sliceLast(qkv, 0, hidden), tokens),
      sliceLast(qkv, hidden, hidden),
      sliceLast(qkv, 2 * hidden, hidden),
      shape,
      tokens,
    );
    const attended = add(queryRows(x, tokens), weights.linear(mixed, "attn.c_proj"));
    const inside = activation(weights.linear(norm(attended, weights, "ln_2"), "mlp.c_fc"));
    return add(attended, weights.linear(inside, "mlp.c_proj"));
  }
}
