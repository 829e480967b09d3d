import type { BaseQuantization } from "@lorank/evidence/results";

/** Sizes of published models. */
export const configs = {
  starter: {
    model_type: "llama",
    hidden_size: 192,
    intermediate_size: 512,
    num_hidden_layers: 4,
    num_attention_heads: 6,
    num_key_value_heads: 3,
    vocab_size: 4096,
    rms_norm_eps: 1e-5,
    rope_theta: 10_000,
    hidden_act: "silu",
    tie_word_embeddings: true,
    pad_token_id: 0,
  },
  "all-MiniLM-L6-v2": {
    model_type: "bert",
    hidden_size: 384,
    intermediate_size: 1536,
    num_hidden_layers: 6,
    num_attention_heads: 12,
    vocab_size: 30_522,
    max_position_embeddings: 512,
    type_vocab_size: 2,
    hidden_act: "gelu",
    pad_token_id: 0,
  },
  "bert-base": {
    model_type: "bert",
    hidden_size: 768,
    intermediate_size: 3072,
    num_hidden_layers: 12,
    num_attention_heads: 12,
    vocab_size: 30_522,
    max_position_embeddings: 512,
    type_vocab_size: 2,
    hidden_act: "gelu",
    pad_token_id: 0,
  },
  "roberta-base": {
    model_type: "roberta",
    hidden_size: 768,
    intermediate_size: 3072,
    num_hidden_layers: 12,
    num_attention_heads: 12,
    vocab_size: 50_265,
    max_position_embeddings: 514,
    type_vocab_size: 1,
    hidden_act: "gelu",
    pad_token_id: 1,
  },
  distilbert: {
    model_type: "distilbert",
    dim: 768,
    hidden_dim: 3072,
    n_layers: 6,
    n_heads: 12,
    vocab_size: 30_522,
    max_position_embeddings: 512,
    activation: "gelu",
    pad_token_id: 0,
  },
  gpt2: {
    model_type: "gpt2",
    n_embd: 768,
    n_layer: 12,
    n_head: 12,
    vocab_size: 50_257,
    n_positions: 1024,
    layer_norm_epsilon: 1e-5,
    activation_function: "gelu_new",
    pad_token_id: 50_256,
  },
  "SmolLM2-135M": {
    model_type: "llama",
    hidden_size: 576,
    intermediate_size: 1536,
    num_hidden_layers: 30,
    num_attention_heads: 9,
    num_key_value_heads: 3,
    vocab_size: 49_152,
    rms_norm_eps: 1e-5,
    rope_theta: 100_000,
    hidden_act: "silu",
    tie_word_embeddings: true,
    pad_token_id: 2,
    max_position_embeddings: 8192,
  },
  "Qwen2.5-0.5B": {
    model_type: "qwen2",
    hidden_size: 896,
    intermediate_size: 4864,
    num_hidden_layers: 24,
    num_attention_heads: 14,
    num_key_value_heads: 2,
    vocab_size: 151_936,
    rms_norm_eps: 1e-6,
    rope_theta: 1_000_000,
    hidden_act: "silu",
    tie_word_embeddings: true,
    pad_token_id: 0,
    max_position_embeddings: 32_768,
  },
  "gemma-3-270m": {
    model_type: "gemma3_text",
    hidden_size: 640,
    intermediate_size: 2048,
    num_hidden_layers: 18,
    num_attention_heads: 4,
    num_key_value_heads: 1,
    head_dim: 256,
    vocab_size: 262_144,
    rms_norm_eps: 1e-6,
    rope_theta: 1_000_000,
    rope_local_base_freq: 10_000,
    hidden_activation: "gelu_pytorch_tanh",
    query_pre_attn_scalar: 256,
    sliding_window: 512,
    sliding_window_pattern: 6,
    tie_word_embeddings: true,
    pad_token_id: 0,
    max_position_embeddings: 32_768,
  },
} as const;

export interface MemoryCase {
  readonly model: string;
  readonly config: Readonly<Record<string, unknown>>;
  readonly task: "classification" | "causal-lm";
  readonly rank: number;
  readonly seq: number;
  readonly microBatch: number;
  readonly quantization?: BaseQuantization;
  readonly dropout?: number;
  /** Texts of 16 to `seq` tokens; all of `seq` otherwise. */
  readonly mixed?: boolean;
}

const nf4 = { format: "nf4", blockSize: 64 } as const;
const nf4dq = { ...nf4, doubleQuant: true } as const;

function of(
  model: keyof typeof configs,
  task: MemoryCase["task"],
  rank: number,
  microBatch: number,
  seq: number,
  more: Partial<MemoryCase> = {},
): MemoryCase {
  return { model, config: configs[model], task, rank, microBatch, seq, ...more };
}

export const memoryCases: readonly MemoryCase[] = [
  of("starter", "classification", 4, 8, 128),
  of("starter", "classification", 32, 16, 512, { mixed: true }),
  of("starter", "causal-lm", 32, 8, 256),
  of("all-MiniLM-L6-v2", "classification", 4, 4, 128),
  of("all-MiniLM-L6-v2", "classification", 32, 16, 128),
  of("all-MiniLM-L6-v2", "classification", 32, 4, 512, { dropout: 0.1 }),
  of("all-MiniLM-L6-v2", "classification", 8, 8, 256, { quantization: nf4, mixed: true }),
  of("distilbert", "classification", 4, 8, 128),
  of("bert-base", "classification", 32, 8, 256),
  of("roberta-base", "classification", 8, 4, 64, { quantization: nf4 }),
  of("gpt2", "causal-lm", 4, 2, 256),
  of("SmolLM2-135M", "causal-lm", 4, 1, 512),
  of("SmolLM2-135M", "causal-lm", 32, 4, 128, { quantization: nf4 }),
  of("SmolLM2-135M", "classification", 8, 2, 256, { quantization: nf4dq }),
  of("gemma-3-270m", "causal-lm", 8, 1, 128, { quantization: nf4 }),
  of("Qwen2.5-0.5B", "causal-lm", 8, 1, 128, { quantization: nf4dq }),
];

/** A trial whose own tensors take less than a megabyte: what it holds is the process. */
export const smallestCase: MemoryCase = {
  model: "smallest",
  config: {
    ...configs.starter,
    hidden_size: 24,
    intermediate_size: 32,
    num_hidden_layers: 2,
    vocab_size: 64,
  },
  task: "classification",
  rank: 4,
  seq: 16,
  microBatch: 4,
};
