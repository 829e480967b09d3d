const llama = {
  model_type: "llama",
  rms_norm_eps: 1e-5,
  rope_theta: 10_000,
  hidden_act: "silu",
  tie_word_embeddings: true,
  vocab_size: 4096,
};

/** Configs of the models that the benchmarks draw at random. */
export const models = {
  starter: {
    ...llama,
    hidden_size: 192,
    intermediate_size: 512,
    num_hidden_layers: 4,
    num_attention_heads: 6,
    num_key_value_heads: 3,
  },
  // As many multiplications a token as MiniLM-L6: three matrices of 1,024 instead of two of 1,536 in the feed-forward layer.
  "minilm-size": {
    ...llama,
    hidden_size: 384,
    intermediate_size: 1024,
    num_hidden_layers: 6,
    num_attention_heads: 12,
    num_key_value_heads: 12,
  },
  // HuggingFaceTB/SmolLM2-135M but for the vocabulary, which a classifier's step only looks up.
  "smollm2-size": {
    ...llama,
    hidden_size: 576,
    intermediate_size: 1536,
    num_hidden_layers: 30,
    num_attention_heads: 9,
    num_key_value_heads: 3,
  },
  // Llama 3.2 1B likewise: 0.97 billion weights in its blocks.
  "llama-1b-size": {
    ...llama,
    hidden_size: 2048,
    intermediate_size: 8192,
    num_hidden_layers: 16,
    num_attention_heads: 32,
    num_key_value_heads: 8,
  },
} as const;
