import type { CatalogueModel } from "./catalogue-model.ts";

function encoder(
  modelType: string,
  hidden: number,
  intermediate: number,
  layers: number,
  heads: number,
  vocabulary: number,
  positions: number,
  tokenTypes: number,
) {
  return {
    model_type: modelType,
    hidden_size: hidden,
    intermediate_size: intermediate,
    num_hidden_layers: layers,
    num_attention_heads: heads,
    vocab_size: vocabulary,
    max_position_embeddings: positions,
    type_vocab_size: tokenTypes,
  };
}

/** Encoders; their parameters are counted without a head. */
export const encoderModels = (): readonly CatalogueModel[] => [
  {
    id: "google-bert/bert-base-uncased",
    aliases: ["bert-base", "bert-base-uncased"],
    config: encoder("bert", 768, 3072, 12, 12, 30_522, 512, 2),
    parameters: "109,482,240",
  },
  {
    id: "google-bert/bert-large-uncased",
    aliases: ["bert-large", "bert-large-uncased"],
    config: encoder("bert", 1024, 4096, 24, 16, 30_522, 512, 2),
    parameters: "335,141,888",
  },
  {
    id: "FacebookAI/roberta-base",
    aliases: ["roberta-base"],
    config: encoder("roberta", 768, 3072, 12, 12, 50_265, 514, 1),
    parameters: "124,645,632",
  },
  {
    id: "FacebookAI/roberta-large",
    aliases: ["roberta-large"],
    config: encoder("roberta", 1024, 4096, 24, 16, 50_265, 514, 1),
    parameters: "355,359,744",
  },
  {
    id: "sentence-transformers/all-MiniLM-L6-v2",
    aliases: ["minilm-l6", "all-minilm-l6-v2"],
    config: encoder("bert", 384, 1536, 6, 12, 30_522, 512, 2),
    parameters: "22,713,216",
  },
  {
    id: "distilbert/distilbert-base-uncased",
    aliases: ["distilbert", "distilbert-base-uncased"],
    config: {
      model_type: "distilbert",
      dim: 768,
      hidden_dim: 3072,
      n_layers: 6,
      n_heads: 12,
      vocab_size: 30_522,
      max_position_embeddings: 512,
    },
    parameters: "66,362,880",
  },
];
