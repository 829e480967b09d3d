import { InputError } from "../../errors.ts";
import {
  type LinearInput,
  type ModelLinear,
  sumOf,
  tensorElements,
  weightElements,
} from "../linear-shapes.ts";
import type { ModelHead, ModelParams, ModelShape, ModelType } from "../shape.ts";
import type { ConfigReader } from "./config-reader.ts";
import { familyOf } from "./family.ts";

/** How one model type differs from the next. Source: transformers 5.24, modeling of each type. */
interface Variant {
  /** Field names of the config. */
  readonly fields: {
    readonly hidden: string;
    readonly intermediate: string;
    readonly layers: string;
    readonly heads: string;
  };
  readonly tokenTypes: boolean;
  /** Module path of a layer, behind the prefix. */
  readonly layer: string;
  /** Attention and MLP projections in order: q, k, v, output, up, down. Paths inside a layer. */
  readonly projections: readonly [q: string, k: string, v: string, output: string, up: string, down: string];
  /** A pooler is a linear layer `[hidden, hidden]` on the first token. */
  readonly pooler: "always" | "without a classifier" | "never";
  /** Linear layers `[hidden, hidden]` with bias in the classification head, before the last one `[labels, hidden]`. */
  readonly classifierHiddenLayers: number;
}

const bert: Variant = {
  fields: {
    hidden: "hidden_size",
    intermediate: "intermediate_size",
    layers: "num_hidden_layers",
    heads: "num_attention_heads",
  },
  tokenTypes: true,
  layer: "encoder.layer.*.",
  projections: [
    "attention.self.query",
    "attention.self.key",
    "attention.self.value",
    "attention.output.dense",
    "intermediate.dense",
    "output.dense",
  ],
  pooler: "always",
  classifierHiddenLayers: 0,
};

const variants = {
  bert,
  roberta: { ...bert, pooler: "without a classifier", classifierHiddenLayers: 1 },
  distilbert: {
    fields: { hidden: "dim", intermediate: "hidden_dim", layers: "n_layers", heads: "n_heads" },
    tokenTypes: false,
    layer: "transformer.layer.*.",
    projections: [
      "attention.q_lin",
      "attention.k_lin",
      "attention.v_lin",
      "attention.out_lin",
      "ffn.lin1",
      "ffn.lin2",
    ],
    pooler: "never",
    classifierHiddenLayers: 1,
  },
} satisfies Readonly<Partial<Record<ModelType, Variant>>>;

export const bertFamily = familyOf<Variant>(variants, { kind: "none" }, bertShape);

/** Shape of an encoder with LayerNorm, learned positions and a plain MLP; every linear layer has a bias. */
function bertShape(
  modelType: ModelType,
  variant: Variant,
  config: ConfigReader,
  head: ModelHead,
): ModelShape {
  const { fields } = variant;
  if (head.kind === "causal-lm") {
    throw new InputError(
      "E_CONFIG",
      `head must be "none" or "sequence-classification" for model_type ${modelType}, got "causal-lm"`,
    );
  }
  const hiddenSize = config.size(fields.hidden);
  const intermediateSize = config.size(fields.intermediate);
  const layers = config.size(fields.layers);
  const heads = config.size(fields.heads);
  config.divisible(fields.hidden, fields.heads);
  const vocabSize = config.size("vocab_size");
  const positions = config.size("max_position_embeddings");
  const tokenTypes = variant.tokenTypes ? config.size("type_vocab_size") : 0;
  config.finish();

  const prefix = head.kind === "none" ? "" : `${modelType}.`;
  const [q, k, v, output, up, down] = variant.projections;
  const block = (path: string, inDim: number, outDim: number, reads: LinearInput): ModelLinear => ({
    name: shortName(path),
    inDim,
    outDim,
    count: layers,
    path: `${prefix}${variant.layer}${path}`,
    role: "block",
    reads,
    bias: true,
  });
  const blocks = [
    block(q, hiddenSize, hiddenSize, "attention"),
    block(k, hiddenSize, hiddenSize, "attention"),
    block(v, hiddenSize, hiddenSize, "attention"),
    block(output, hiddenSize, hiddenSize, "attention output"),
    block(up, hiddenSize, intermediateSize, "feed-forward"),
    block(down, intermediateSize, hiddenSize, "feed-forward output"),
  ];
  const hasPooler =
    variant.pooler === "always" || (variant.pooler === "without a classifier" && head.kind === "none");
  const pooler: ModelLinear = {
    name: "pooler.dense",
    inDim: hiddenSize,
    outDim: hiddenSize,
    count: 1,
    path: `${prefix}pooler.dense`,
    role: "pooler",
    reads: "pooler",
    bias: true,
  };

  const squareLayer = [[hiddenSize, hiddenSize], [hiddenSize]];
  const headTensors =
    head.kind === "sequence-classification"
      ? [
          ...Array.from({ length: variant.classifierHiddenLayers }, () => squareLayer).flat(),
          [head.labels, hiddenSize],
          [head.labels],
        ]
      : [];
  const norms = (1 + 2 * layers) * 2 * hiddenSize; // one behind the embeddings, two a layer; gain and bias each
  const params: ModelParams = {
    embeddings: (vocabSize + positions + tokenTypes) * hiddenSize,
    blockWeights: sumOf(blocks.map(weightElements)),
    biasesAndNorms: sumOf(blocks.map(({ outDim, count }) => outDim * count)) + norms,
    routers: 0,
    pooler: hasPooler ? tensorElements(squareLayer) : 0,
    head: tensorElements(headTensors),
  };
  return {
    modelType,
    family: "bert",
    covers: "model",
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
      fusedQkv: false,
      feedForward: { gated: false, width: intermediateSize },
    },
    tied: false,
    linears: hasPooler ? [...blocks, pooler] : blocks,
    experts: [],
    routers: [],
    outputLinear: null,
    headTensors,
    params,
    totalParams: sumOf(Object.values(params)),
  };
}

/** `attention.self.query` → `query`; but `…dense` keeps its parents, for four layers end in it. */
function shortName(path: string): string {
  return path.endsWith(".dense") ? path : path.slice(path.lastIndexOf(".") + 1);
}
