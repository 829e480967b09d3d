import { tanh, type Value } from "@lorank/graph";
import { readActivation } from "./activation.ts";
import { ConfigReader } from "./config.ts";
import { readPadTokenId } from "./decoder.ts";
import { type EncoderOptions, type EncoderPaths, encoder } from "./encoder.ts";
import type { Family, HeadModule, ModuleWeights } from "./family.ts";

type Config = Readonly<Record<string, unknown>>;

const paths: EncoderPaths = {
  query: "attention.self.query",
  key: "attention.self.key",
  value: "attention.self.value",
  attentionOut: "attention.output.dense",
  attentionNorm: "attention.output.LayerNorm",
  up: "intermediate.dense",
  down: "output.dense",
  outputNorm: "output.LayerNorm",
};

type Shared = Omit<EncoderOptions, "classifier" | "maxPositions" | "embeddings"> & {
  readonly positionRows: number;
};

/** What BERT and RoBERTa read from their configs alike. */
function readBert(config: Config, read: ConfigReader, modelType: "bert" | "roberta"): Shared {
  const hidden = read.size("hidden_size");
  const heads = read.size("num_attention_heads");
  read.check(
    hidden % heads === 0,
    `hidden_size must be a multiple of num_attention_heads, got ${hidden} and ${heads}`,
  );
  // Other models under the same name: with positions relative to each other, and with tokens that do not look ahead.
  read.only("position_embedding_type", "absolute");
  read.only("is_decoder", false);
  return {
    modelType,
    basePrefix: `${modelType}.`,
    blockPath: (layer) => `${modelType}.encoder.layer.${layer}`,
    paths,
    hidden,
    heads,
    intermediate: read.size("intermediate_size"),
    layers: read.size("num_hidden_layers"),
    vocabSize: read.size("vocab_size"),
    positionRows: read.size("max_position_embeddings"),
    padTokenId: readPadTokenId(config),
    initializerRange: read.number("initializer_range", 0.02),
    epsilon: read.number("layer_norm_eps", 1e-12),
    activation: readActivation(read, "hidden_act", "gelu"),
    embeddingNorm: `${modelType}.embeddings.LayerNorm`,
  };
}

function tables({ basePrefix, positionRows }: Shared, types: number, numbering: "column" | "past-padding") {
  const name = (table: string): string => `${basePrefix}embeddings.${table}.weight`;
  return {
    tokens: name("word_embeddings"),
    positions: { name: name("position_embeddings"), rows: positionRows, numbering },
    types: { name: name("token_type_embeddings"), rows: types },
  };
}

/**
 * BERT, and MiniLM, which has its architecture. The pooler is part of the base: an adapter can sit on it.
 * Source: https://arxiv.org/abs/1810.04805; BertForSequenceClassification of transformers 5.24.
 */
export function bert(config: Config): Family {
  const read = new ConfigReader(config);
  const shared = readBert(config, read, "bert");
  const embeddings = tables(shared, read.size("type_vocab_size", 2), "column");
  read.finish();
  const { hidden, positionRows } = shared;
  const classifier = (labels: number): HeadModule => ({
    linears: [
      { path: "bert.pooler.dense", inDim: hidden, outDim: hidden, bias: true },
      { path: "classifier", inDim: hidden, outDim: labels, bias: true },
    ],
    vectors: [],
    reads: "one",
    trained: ["classifier"],
    targets: ["bert.pooler.dense"],
    logits: (x: Value, weights: ModuleWeights) =>
      weights.linear(tanh(weights.linear(x, "bert.pooler.dense")), "classifier"),
  });
  return encoder({ ...shared, embeddings, maxPositions: positionRows, classifier });
}

/**
 * RoBERTa: BERT without a pooler, its head trained whole; positions are counted from padTokenId + 1 on.
 * Source: https://arxiv.org/abs/1907.11692; RobertaForSequenceClassification of transformers 5.24.
 */
export function roberta(config: Config): Family {
  const read = new ConfigReader(config);
  const shared = readBert(config, read, "roberta");
  const embeddings = tables(shared, read.size("type_vocab_size", 2), "past-padding");
  read.number("pad_token_id"); // positions depend on it
  read.finish();
  const { hidden, positionRows, padTokenId } = shared;
  const classifier = (labels: number): HeadModule => ({
    linears: [
      { path: "classifier.dense", inDim: hidden, outDim: hidden, bias: true },
      { path: "classifier.out_proj", inDim: hidden, outDim: labels, bias: true },
    ],
    vectors: [],
    reads: "one",
    trained: ["classifier"],
    targets: [],
    logits: (x: Value, weights: ModuleWeights) =>
      weights.linear(tanh(weights.linear(x, "classifier.dense")), "classifier.out_proj"),
  });
  return encoder({ ...shared, embeddings, maxPositions: positionRows - padTokenId - 1, classifier });
}
