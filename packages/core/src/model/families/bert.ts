import type { ConfigReader } from "../config-reader.ts";
import type { LinearInput } from "../linear-shapes.ts";
import type { ModelParts } from "../parts.ts";
import {
  architectureOf,
  layerLinear,
  llamaFields,
  plainFeedForward,
  readSizes,
  type SizeFields,
} from "./blocks.ts";

/** Encoder variant. Source: transformers 5.24, each type's modeling. */
interface Variant extends Required<Pick<ModelParts, "paths" | "classifier">> {
  readonly fields: SizeFields;
  readonly tokenTypes: boolean;
  /** Projection module paths inside a layer. */
  readonly projections: readonly [q: string, k: string, v: string, output: string, up: string, down: string];
  readonly pooler?: NonNullable<ModelParts["pooler"]>;
}

const bert: Variant = {
  fields: llamaFields,
  tokenTypes: true,
  paths: ["bert", "encoder.layer"],
  projections: [
    "attention.self.query",
    "attention.self.key",
    "attention.self.value",
    "attention.output.dense",
    "intermediate.dense",
    "output.dense",
  ],
  pooler: "always",
  classifier: ["classifier"],
};

const roberta: Variant = {
  ...bert,
  paths: ["roberta", "encoder.layer"],
  pooler: "without a classifier",
  classifier: ["classifier.dense", "classifier.out_proj"],
};

export const bertArchitecture = architectureOf<Variant>(
  {
    bert,
    roberta,
    "xlm-roberta": roberta,
    distilbert: {
      fields: { hidden: "dim", intermediate: "hidden_dim", layers: "n_layers", heads: "n_heads" },
      tokenTypes: false,
      paths: ["distilbert", "transformer.layer"],
      projections: [
        "attention.q_lin",
        "attention.k_lin",
        "attention.v_lin",
        "attention.out_lin",
        "ffn.lin1",
        "ffn.lin2",
      ],
      classifier: ["pre_classifier", "classifier"],
    },
  },
  readBert,
);

/** Encoder with LayerNorm, learned positions and a plain MLP; all linear layers have biases. */
function readBert(
  { fields, tokenTypes, paths, projections, pooler, classifier }: Variant,
  config: ConfigReader,
): ModelParts {
  const sizes = readSizes(config, fields);
  config.divisible(fields.hidden, fields.heads);
  const positions = config.size("max_position_embeddings");
  const { hiddenSize, intermediateSize, layers, heads } = sizes;
  const [q, k, v, output, up, down] = projections;
  const linear = (path: string, inDim: number, outDim: number, reads: LinearInput) =>
    layerLinear(layers, path, inDim, outDim, reads, { name: shortName(path), bias: true });
  return {
    family: "bert",
    ...sizes,
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
      fusedQkv: false,
      feedForward: plainFeedForward(config, intermediateSize),
      softmax: "as scores, fp32 under autocast",
    },
    paths,
    linears: [
      linear(q, hiddenSize, hiddenSize, "attention"),
      linear(k, hiddenSize, hiddenSize, "attention"),
      linear(v, hiddenSize, hiddenSize, "attention"),
      linear(output, hiddenSize, hiddenSize, "attention output"),
      linear(up, hiddenSize, intermediateSize, "feed-forward"),
      linear(down, intermediateSize, hiddenSize, "feed-forward output"),
    ],
    positions,
    tokenTypes: tokenTypes ? config.size("type_vocab_size") : 0,
    norms: (1 + 2 * layers) * 2 * hiddenSize, // a norm behind the embeddings, two a layer; gain and bias each
    ...(pooler === undefined ? {} : { pooler }),
    output: null,
    classifier,
  };
}

/** Short name: `attention.self.query` becomes `query`; `…dense` keeps the parent path, since four layers end in it. */
function shortName(path: string): string {
  return path.endsWith(".dense") ? path : path.slice(path.lastIndexOf(".") + 1);
}
