import type { ModelType } from "../model/shape.ts";

export type Fields = Readonly<Record<string, unknown>>;

const plain = [
  "hidden_size",
  "intermediate_size",
  "num_hidden_layers",
  "num_attention_heads",
  "vocab_size",
] as const;

const grouped = [
  "hidden_size",
  "intermediate_size",
  "num_hidden_layers",
  "num_attention_heads",
  "num_key_value_heads",
  "vocab_size",
] as const;

const untied = { tie_word_embeddings: false };
const tied = { tie_word_embeddings: true };
const latent = { kv_lora_rank: 512, qk_nope_head_dim: 128, qk_rope_head_dim: 64, v_head_dim: 128 };
const linearHeads = {
  head_dim: 256,
  linear_num_key_heads: 16,
  linear_key_head_dim: 128,
  linear_value_head_dim: 128,
  linear_conv_kernel_dim: 4,
};
const v2Experts = { n_shared_experts: 2, num_experts_per_tok: 6, first_k_dense_replace: 1 };

const qwen3 = { head_dim: 128 };
const qwen3Experts = { head_dim: 128, num_experts: 128, num_experts_per_tok: 8, decoder_sparse_step: 1 };
const kimi = { n_shared_experts: 1, num_experts_per_tok: 8, first_k_dense_replace: 1 };

/** Parts that read images. Source: the models' files on the hub, as loaders' tests repeat them. */
export const qwen25Vision = {
  ...{ depth: 32, hidden_size: 1280, intermediate_size: 3420, num_heads: 16 },
  ...{ patch_size: 14, spatial_merge_size: 2, temporal_patch_size: 2 },
};
const qwen3Grid = { num_heads: 16, patch_size: 16, spatial_merge_size: 2, temporal_patch_size: 2 };
const qwen3Vision = {
  ...{ depth: 27, hidden_size: 1152, intermediate_size: 4304, hidden_act: "gelu_pytorch_tanh", ...qwen3Grid },
  ...{ num_position_embeddings: 2304, deepstack_visual_indexes: [8, 16, 24] },
};
/** Tower of Qwen3-VL's models below 8B. */
export const qwen3SmallVision = {
  ...{ ...qwen3Vision, depth: 24, hidden_size: 1024, intermediate_size: 4096 },
  deepstack_visual_indexes: [5, 11, 17],
};
const siglip = {
  ...{ num_hidden_layers: 27, hidden_size: 1152, intermediate_size: 4304, num_attention_heads: 16 },
  ...{ patch_size: 14, image_size: 896, vision_use_head: false },
};

/** Names in `config.json` for a row's sizes by model type, then fields shared by all such models. */
// Spreads would keep the table in bundles without the catalogue.
export const layouts = {
  llama: [grouped, untied],
  smollm3: [grouped, tied],
  granite: [grouped, tied],
  glm: [grouped, untied, { head_dim: 128, attention_bias: true }],
  glm4: [grouped, untied, { head_dim: 128, attention_bias: true }],
  exaone4: [grouped, untied, { head_dim: 128 }],
  internlm3: [grouped, untied, { head_dim: 128 }],
  ernie4_5: [grouped, tied, { head_dim: 128 }],
  seed_oss: [grouped, untied, { head_dim: 128, attention_bias: true }],
  minicpm3: [
    grouped,
    tied,
    { q_lora_rank: 768, kv_lora_rank: 256, qk_nope_head_dim: 64, qk_rope_head_dim: 32 },
  ],
  nemotron: [grouped, untied, { head_dim: 128 }],
  mistral: [grouped, untied],
  mixtral: [grouped, untied, { num_local_experts: 8, num_experts_per_tok: 2 }],
  // Qwen 1's `intermediate_size` is twice the MLP width.
  qwen: [plain, untied, { kv_channels: 128, no_bias: true }],
  qwen2: [grouped, untied],
  qwen2_moe: [grouped, untied, { decoder_sparse_step: 1 }],
  qwen3: [grouped, untied, qwen3],
  qwen2_5_vl: [grouped, untied, { vision_config: qwen25Vision }],
  qwen3_vl: [grouped, untied, qwen3, { vision_config: qwen3Vision }],
  qwen3_moe: [grouped, untied, qwen3Experts],
  qwen3_vl_moe: [grouped, untied, qwen3Experts, { vision_config: qwen3Vision }],
  qwen3_next: [
    grouped,
    untied,
    linearHeads,
    { linear_num_value_heads: 32, num_experts: 512, num_experts_per_tok: 10 },
    { moe_intermediate_size: 512, shared_expert_intermediate_size: 512, decoder_sparse_step: 1 },
  ],
  qwen3_5: [grouped, linearHeads, { linear_num_value_heads: 32 }],
  qwen3_5_moe: [
    [
      "hidden_size",
      "moe_intermediate_size",
      "num_hidden_layers",
      "num_attention_heads",
      "num_key_value_heads",
      "vocab_size",
    ],
    untied,
    linearHeads,
    { linear_num_value_heads: 64, num_experts: 256, num_experts_per_tok: 8 },
  ],
  llama4: [
    grouped,
    untied,
    { head_dim: 128, intermediate_size_mlp: 16_384, num_experts_per_tok: 1, attention_bias: false },
  ],
  gemma: [grouped],
  gemma2: [grouped],
  gemma3_text: [grouped],
  gemma3: [["hidden_size", "intermediate_size", "num_hidden_layers"], { vision_config: siglip }],
  gemma3n: [
    ["intermediate_size", "num_hidden_layers", "num_kv_shared_layers"],
    { hidden_size: 2048, num_attention_heads: 8, num_key_value_heads: 2, head_dim: 256, vocab_size: 262_400 },
    { vocab_size_per_layer_input: 262_144, hidden_size_per_layer_input: 256, altup_num_inputs: 4 },
    { laurel_rank: 64 },
  ],
  phi: [grouped, untied],
  phi3: [grouped, untied],
  stablelm: [grouped, untied],
  starcoder2: [grouped],
  cohere: [grouped],
  olmo2: [grouped, untied],
  olmo3: [grouped, untied],
  gpt_oss: [grouped, untied, { head_dim: 64, attention_bias: true, num_experts_per_tok: 4 }],
  deepseek_v2: [grouped, untied, latent, v2Experts],
  deepseek_v3: [grouped, untied, latent],
  kimi_k2: [grouped, untied, latent, kimi],
  kimi_k25: [grouped, untied, latent, kimi],
  glm4_moe: [
    grouped,
    untied,
    { head_dim: 128, attention_bias: true, n_shared_experts: 1, num_experts_per_tok: 8 },
  ],
  gpt_neox: [plain, untied, { use_parallel_residual: true }],
  falcon: [
    ["hidden_size", "num_hidden_layers", "num_attention_heads", "vocab_size"],
    { parallel_attn: true, bias: false },
  ],
  gpt2: [["n_embd", "n_layer", "n_head", "vocab_size"], { n_positions: 1024 }],
  bloom: [["n_embed", "n_layer", "n_head", "vocab_size"]],
  bert: [plain, { max_position_embeddings: 512, type_vocab_size: 2 }],
  roberta: [plain, { max_position_embeddings: 514, type_vocab_size: 1 }],
  "xlm-roberta": [plain, { max_position_embeddings: 514, type_vocab_size: 1 }],
  distilbert: [["dim", "hidden_dim", "n_layers", "n_heads", "vocab_size"], { max_position_embeddings: 512 }],
} as const satisfies Partial<Record<ModelType, readonly [sizes: readonly string[], ...shared: Fields[]]>>;

type Layouts = typeof layouts;
type SizesOf<Names extends readonly string[]> = { readonly [Index in keyof Names]: number };

/** Model as a row; fields in `more` override the type's. */
export type CatalogueRow = {
  [Type in keyof Layouts]: readonly [
    id: `${string}/${string}`,
    parameters: string,
    type: Type,
    sizes: SizesOf<Layouts[Type][0]>,
    aliases: readonly string[],
    more?: Fields,
  ];
}[keyof Layouts];
