import {
  type LinearInput,
  type ModelLinear,
  sumOf,
  tensorElements,
  weightElements,
} from "../linear-shapes.ts";
import type { Gpt2ModelType, ModelHead, ModelParams, ModelShape } from "../shape.ts";
import type { ConfigReader } from "./config-reader.ts";
import { decoderHeadTensors, lmHead } from "./decoder-head.ts";

export const gpt2ModelTypes: readonly Gpt2ModelType[] = ["gpt2"];

/**
 * Shape of a decoder with LayerNorm, learned positions, one matrix for q, k and v, and a plain MLP.
 *
 * Every linear layer has a bias. Its weight is a Conv1D, stored `[inDim, outDim]` in the checkpoint; an adapter's A and
 * B have their usual shapes.
 *
 * Source: transformers 5.24, configuration and modeling of gpt2
 */
export function gpt2Shape(modelType: Gpt2ModelType, config: ConfigReader, head: ModelHead): ModelShape {
  const hiddenSize = config.size("n_embd");
  const intermediateSize = config.sizeOr("n_inner", () => 4 * hiddenSize);
  const layers = config.size("n_layer");
  const heads = config.size("n_head");
  config.divisible("n_embd", "n_head");
  const vocabSize = config.size("vocab_size");
  const positions = config.size("n_positions");
  if (config.flag("add_cross_attention", false)) config.problem("add_cross_attention", "false");
  const tied = head.kind === "causal-lm" && config.flag("tie_word_embeddings", true);
  config.finish();

  const prefix = head.kind === "none" ? "h.*." : "transformer.h.*.";
  const linear = (
    name: string,
    path: string,
    inDim: number,
    outDim: number,
    reads: LinearInput,
  ): ModelLinear => ({
    name,
    inDim,
    outDim,
    count: layers,
    path: `${prefix}${path}`,
    role: "block",
    reads,
    bias: true,
  });
  const linears = [
    linear("c_attn", "attn.c_attn", hiddenSize, 3 * hiddenSize, "attention"),
    linear("attn.c_proj", "attn.c_proj", hiddenSize, hiddenSize, "attention output"),
    linear("c_fc", "mlp.c_fc", hiddenSize, intermediateSize, "feed-forward"),
    linear("mlp.c_proj", "mlp.c_proj", intermediateSize, hiddenSize, "feed-forward output"),
  ];

  const norms = (2 * layers + 1) * 2 * hiddenSize; // two a layer, one behind the last; gain and bias each
  const headTensors = decoderHeadTensors(head, hiddenSize, vocabSize, tied);
  const params: ModelParams = {
    embeddings: (vocabSize + positions) * hiddenSize,
    blockWeights: sumOf(linears.map(weightElements)),
    biasesAndNorms: sumOf(linears.map(({ outDim, count }) => outDim * count)) + norms,
    pooler: 0,
    head: tensorElements(headTensors),
  };
  return {
    modelType,
    family: "gpt2",
    head,
    hiddenSize,
    intermediateSize,
    layers,
    heads,
    kvHeads: heads,
    headDim: hiddenSize / heads,
    vocabSize,
    block: {
      norm: "layernorm",
      norms: 2,
      normInputs: 2,
      queryKeyNorm: false,
      queryDim: hiddenSize,
      keyDim: hiddenSize,
      valueDim: hiddenSize,
      fusedQkv: true,
      feedForward: { gated: false, width: intermediateSize },
    },
    tied,
    linears,
    outputLinear: head.kind === "causal-lm" ? lmHead(hiddenSize, vocabSize) : null,
    headTensors,
    params,
    totalParams: sumOf(Object.values(params)),
  };
}
