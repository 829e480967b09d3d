import { relu, type Value } from "@lorank/graph";
import { readActivation } from "./activation.ts";
import { ConfigReader } from "./config.ts";
import { readPadTokenId } from "./decoder.ts";
import { encoder } from "./encoder.ts";
import type { Family, HeadModule, ModuleWeights } from "./family.ts";

/**
 * DistilBERT: BERT without segments and pooler. Both layers of its head are trained whole, as PEFT does it: it takes
 * `pre_classifier` for a module to save because its name ends in `classifier`.
 * Source: https://arxiv.org/abs/1910.01108; DistilBertForSequenceClassification of transformers 5.24.
 */
export function distilbert(config: Readonly<Record<string, unknown>>): Family {
  const read = new ConfigReader(config);
  const hidden = read.size("dim");
  const heads = read.size("n_heads");
  const rows = read.size("max_position_embeddings");
  read.check(hidden % heads === 0, `dim must be a multiple of n_heads, got ${hidden} and ${heads}`);
  const options = {
    modelType: "distilbert",
    basePrefix: "distilbert.",
    blockPath: (layer: number) => `distilbert.transformer.layer.${layer}`,
    paths: {
      query: "attention.q_lin",
      key: "attention.k_lin",
      value: "attention.v_lin",
      attentionOut: "attention.out_lin",
      attentionNorm: "sa_layer_norm",
      up: "ffn.lin1",
      down: "ffn.lin2",
      outputNorm: "output_layer_norm",
    },
    hidden,
    heads,
    intermediate: read.size("hidden_dim"),
    layers: read.size("n_layers"),
    vocabSize: read.size("vocab_size"),
    maxPositions: rows,
    padTokenId: readPadTokenId(config),
    initializerRange: read.number("initializer_range", 0.02),
    epsilon: 1e-12, // DistilBERT's config has no field for it
    activation: readActivation(read, "activation", "gelu"),
    embeddings: {
      tokens: "distilbert.embeddings.word_embeddings.weight",
      positions: {
        name: "distilbert.embeddings.position_embeddings.weight",
        rows,
        numbering: "column",
      },
    },
    embeddingNorm: "distilbert.embeddings.LayerNorm",
  } as const;
  read.finish();
  const classifier = (labels: number): HeadModule => ({
    linears: [
      { path: "pre_classifier", inDim: hidden, outDim: hidden, bias: true },
      { path: "classifier", inDim: hidden, outDim: labels, bias: true },
    ],
    vectors: [],
    reads: "one",
    trained: ["pre_classifier", "classifier"],
    targets: [],
    logits: (x: Value, weights: ModuleWeights) =>
      weights.linear(relu(weights.linear(x, "pre_classifier")), "classifier"),
  });
  return encoder({ ...options, classifier });
}
