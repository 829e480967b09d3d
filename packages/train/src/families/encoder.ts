import type { TrainableModel } from "@lorank/core/models";
import { ops, type Value } from "@lorank/graph";
import {
  type Embeddings,
  type Family,
  type Head,
  type HeadModule,
  headlessShape,
  type ModuleWeights,
  readFamily,
  type TokenLayout,
} from "./family.ts";
import { activations, applyLayerNorm, attention, layerNormVectors, takeQueryRows } from "./layers.ts";

/** Encoder traits the config does not hold. Source: transformers 5.24, modeling file per type. */
interface Variant {
  readonly norms: readonly [attention: string, output: string];
  readonly numbering: NonNullable<Embeddings["positions"]>["numbering"];
  /** Activation between the head's two layers; in BERT, the first layer is the pooler. */
  readonly headActivation: (x: Value) => Value;
}

const bert: Variant = {
  norms: ["attention.output.LayerNorm", "output.LayerNorm"],
  numbering: "column",
  headActivation: ops.tanh,
};

const variants: Readonly<Record<string, Variant>> = {
  /** BERT and MiniLM. Source: https://arxiv.org/abs/1810.04805 */
  bert,
  /** RoBERTa: positions start at padTokenId + 1. Source: https://arxiv.org/abs/1907.11692 */
  roberta: { ...bert, numbering: "past-padding" },
  /** DistilBERT: `pre_classifier` is trained whole too, as in PEFT. Source: https://arxiv.org/abs/1910.01108 */
  distilbert: {
    norms: ["sa_layer_norm", "output_layer_norm"],
    numbering: "column",
    headActivation: ops.relu,
  },
};

type BlockPaths = [query: string, key: string, value: string, attentionOut: string, up: string, down: string];

/** BERT and successors, with post-norm blocks. Source: Devlin et al., https://arxiv.org/abs/1810.04805 */
export function encoder(model: TrainableModel): Family {
  const family = readFamily(model);
  const { norms, numbering, headActivation } = variants[model.modelType]!;
  const { positions, tokenTypes, hiddenSize: hidden, heads, kvHeads, headDim } = headlessShape(model);
  const { normEpsilon, activation, attentionScale: scale } = model.computation;
  const paths = family.linears.map(({ path }) => path) as BlockPaths;
  const [query, key, value, attentionOut, up, down] = paths;
  const norm = applyLayerNorm(normEpsilon);
  const [attentionNorm, outputNorm] = norms;
  const embeddings = `${family.basePrefix}embeddings`;
  const embeddingNorm = `${embeddings}.LayerNorm`;

  return {
    ...family,
    attends: "bidirectional",
    embeddings: {
      tokens: `${embeddings}.word_embeddings.weight`,
      positions: { name: `${embeddings}.position_embeddings.weight`, rows: positions, numbering },
      ...(tokenTypes === 0
        ? {}
        : { types: { name: `${embeddings}.token_type_embeddings.weight`, rows: tokenTypes } }),
      scale: 1,
      norm: {
        linears: [],
        vectors: layerNormVectors(embeddingNorm, hidden),
        apply: (x, weights) => norm(x, weights, embeddingNorm),
      },
    },
    vectors: [...layerNormVectors(attentionNorm, hidden), ...layerNormVectors(outputNorm, hidden)],
    keyValuePaths: new Set([key, value]),
    block,
    head,
  };

  function head(kind: Head): HeadModule {
    const shape = model.shape(kind);
    const poolers = shape.linears.filter(({ role }) => role === "pooler");
    const linears = [...poolers, ...shape.headLinears];
    const [inner, last] = linears.map(({ path }) => path) as [string, string];
    return {
      shape,
      linears,
      vectors: [],
      reads: "one",
      logits: (x, weights) => weights.linear(headActivation(weights.linear(x, inner)), last),
    };
  }

  function block(x: Value, weights: ModuleWeights, tokens: TokenLayout): Value {
    const queries = takeQueryRows(x, tokens);
    const mixed = attention(
      weights.linear(queries, query),
      weights.linear(x, key),
      weights.linear(x, value),
      { heads, kvHeads, headDim, scale },
      tokens,
    );
    const attended = norm(ops.add(weights.linear(mixed, attentionOut), queries), weights, attentionNorm);
    const inside = activations[activation](weights.linear(attended, up));
    return norm(ops.add(weights.linear(inside, down), attended), weights, outputNorm);
  }
}
