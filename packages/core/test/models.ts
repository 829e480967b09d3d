/** Fields of published config.json files, as far as shapes depend on them. */

export const llama2With7B = {
  model_type: "llama",
  hidden_size: 4096,
  intermediate_size: 11_008,
  num_hidden_layers: 32,
  num_attention_heads: 32,
  num_key_value_heads: 32,
  vocab_size: 32_000,
  tie_word_embeddings: false,
};

export const llama31With8B = {
  ...llama2With7B,
  intermediate_size: 14_336,
  num_key_value_heads: 8,
  vocab_size: 128_256,
};

export const llama32With1B = {
  model_type: "llama",
  hidden_size: 2048,
  intermediate_size: 8192,
  num_hidden_layers: 16,
  num_attention_heads: 32,
  num_key_value_heads: 8,
  head_dim: 64,
  vocab_size: 128_256,
  tie_word_embeddings: true,
};

export interface SmallLlama {
  readonly hidden: number;
  readonly inner: number;
  readonly layers: number;
  readonly heads: number;
  readonly kvHeads: number;
  readonly headDim: number;
  readonly vocab: number;
}

/** Config of a Llama with these sizes, its head untied, as the scripts in scripts/reference count them. */
export function smallLlama({ hidden, inner, layers, heads, kvHeads, headDim, vocab }: SmallLlama) {
  return {
    ...llama32With1B,
    hidden_size: hidden,
    intermediate_size: inner,
    num_hidden_layers: layers,
    num_attention_heads: heads,
    num_key_value_heads: kvHeads,
    head_dim: headDim,
    vocab_size: vocab,
    tie_word_embeddings: false,
  };
}

export const llama32With3B = {
  model_type: "llama",
  hidden_size: 3072,
  intermediate_size: 8192,
  num_hidden_layers: 28,
  num_attention_heads: 24,
  num_key_value_heads: 8,
  head_dim: 128,
  vocab_size: 128_256,
  tie_word_embeddings: true,
};

export const mistral7B = {
  model_type: "mistral",
  hidden_size: 4096,
  intermediate_size: 14_336,
  num_hidden_layers: 32,
  num_attention_heads: 32,
  num_key_value_heads: 8,
  vocab_size: 32_000,
  tie_word_embeddings: false,
};

export const qwen25With05B = {
  model_type: "qwen2",
  hidden_size: 896,
  intermediate_size: 4864,
  num_hidden_layers: 24,
  num_attention_heads: 14,
  num_key_value_heads: 2,
  vocab_size: 151_936,
  tie_word_embeddings: true,
};

export const qwen3With8B = {
  model_type: "qwen3",
  hidden_size: 4096,
  intermediate_size: 12_288,
  num_hidden_layers: 36,
  num_attention_heads: 32,
  num_key_value_heads: 8,
  head_dim: 128,
  vocab_size: 151_936,
  tie_word_embeddings: false,
};

export const bertBase = {
  model_type: "bert",
  hidden_size: 768,
  intermediate_size: 3072,
  num_hidden_layers: 12,
  num_attention_heads: 12,
  vocab_size: 30_522,
  max_position_embeddings: 512,
  type_vocab_size: 2,
};

/** As published: no `tie_word_embeddings`, and `n_inner` absent for 4 · `n_embd`. */
export const gpt2With124M = {
  model_type: "gpt2",
  n_embd: 768,
  n_layer: 12,
  n_head: 12,
  n_positions: 1024,
  vocab_size: 50_257,
};
