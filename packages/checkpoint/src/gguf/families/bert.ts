import { bad } from "../cursor.ts";
import { layerCount, tokenIds, vocabSize } from "./common.ts";
import { AS_IS, type GgufFamily, type GgufModel } from "./family.ts";

/** BERT as an encoder: the converter leaves out the pooler and the language model's head. */
export const bert: GgufFamily = {
  modelTypes: ["bert"],
  modules: {
    token_embd: "embeddings.word_embeddings",
    position_embd: "embeddings.position_embeddings",
    token_types: "embeddings.token_type_embeddings",
    token_embd_norm: "embeddings.LayerNorm",
  },
  layer: {
    path: "encoder.layer.*.",
    modules: {
      attn_q: "attention.self.query",
      attn_k: "attention.self.key",
      attn_v: "attention.self.value",
      attn_output: "attention.output.dense",
      attn_output_norm: "attention.output.LayerNorm",
      ffn_up: "intermediate.dense",
      ffn_down: "output.dense",
      layer_output_norm: "output.LayerNorm",
    },
  },
  derived: [],
  transform: () => AS_IS,
  config(model) {
    const { metadata, architecture: a } = model;
    const hiddenSize = metadata.size(`${a}.embedding_length`);
    return {
      architectures: ["BertModel"],
      model_type: "bert",
      vocab_size: vocabSize(model, hiddenSize),
      hidden_size: hiddenSize,
      num_hidden_layers: layerCount(model),
      num_attention_heads: metadata.size(`${a}.attention.head_count`),
      intermediate_size: metadata.size(`${a}.feed_forward_length`),
      max_position_embeddings: metadata.size(`${a}.context_length`),
      type_vocab_size: tokenTypes(model),
      layer_norm_eps: metadata.positive(`${a}.attention.layer_norm_epsilon`),
      hidden_act: "gelu",
      position_embedding_type: "absolute",
      ...tokenIds(model),
    };
  },
};

function tokenTypes({ tensors, file }: GgufModel): number {
  const rows = tensors.get("token_types.weight")?.shape[0];
  if (rows === undefined) throw bad(file, 'must hold the tensor "token_types.weight", got none');
  return rows;
}
