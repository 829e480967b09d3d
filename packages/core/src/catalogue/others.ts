import { type CatalogueModel, decoderConfig, untied } from "./catalogue-model.ts";

/** Heads and ranks that all of them share. */
function deepseek(config: CatalogueModel["config"]) {
  return {
    ...config,
    ...untied,
    kv_lora_rank: 512,
    qk_nope_head_dim: 128,
    qk_rope_head_dim: 64,
    v_head_dim: 128,
  };
}

const gptOss = { ...untied, head_dim: 64, attention_bias: true, num_experts_per_tok: 4 };

/** DeepSeek, gpt-oss, OLMo and Command R. */
export const otherModels = (): readonly CatalogueModel[] => [
  {
    id: "deepseek-ai/DeepSeek-V2-Lite",
    aliases: ["deepseek-v2-lite", "deepseek-ai/DeepSeek-V2-Lite-Chat"],
    config: deepseek({
      ...decoderConfig("deepseek_v2", [2048, 10_944, 27, 16, 16, 102_400]),
      q_lora_rank: null,
      moe_intermediate_size: 1408,
      n_routed_experts: 64,
      n_shared_experts: 2,
      num_experts_per_tok: 6,
      first_k_dense_replace: 1,
    }),
    parameters: "15,706,484,224",
  },
  {
    id: "deepseek-ai/DeepSeek-V2",
    aliases: ["deepseek-v2", "deepseek-ai/DeepSeek-V2-Chat"],
    config: deepseek({
      ...decoderConfig("deepseek_v2", [5120, 12_288, 60, 128, 128, 102_400]),
      q_lora_rank: 1536,
      moe_intermediate_size: 1536,
      n_routed_experts: 160,
      n_shared_experts: 2,
      num_experts_per_tok: 6,
      first_k_dense_replace: 1,
    }),
    parameters: "236B",
  },
  {
    id: "deepseek-ai/DeepSeek-V3",
    aliases: ["deepseek-v3", "deepseek-r1", "deepseek-ai/DeepSeek-V3-Base", "deepseek-ai/DeepSeek-R1"],
    config: deepseek({
      ...decoderConfig("deepseek_v3", [7168, 18_432, 61, 128, 128, 129_280]),
      q_lora_rank: 1536,
      moe_intermediate_size: 2048,
      n_routed_experts: 256,
      n_shared_experts: 1,
      num_experts_per_tok: 8,
      first_k_dense_replace: 3,
    }),
    parameters: "671B",
  },
  {
    id: "openai/gpt-oss-20b",
    aliases: ["gpt-oss-20b"],
    config: decoderConfig("gpt_oss", [2880, 2880, 24, 64, 8, 201_088], { ...gptOss, num_local_experts: 32 }),
    parameters: "20.91B",
  },
  {
    id: "openai/gpt-oss-120b",
    aliases: ["gpt-oss-120b"],
    config: decoderConfig("gpt_oss", [2880, 2880, 36, 64, 8, 201_088], { ...gptOss, num_local_experts: 128 }),
    parameters: "116.83B",
  },
  {
    id: "allenai/OLMo-2-0425-1B",
    aliases: ["olmo-2-1b", "allenai/OLMo-2-0425-1B-Instruct"],
    config: decoderConfig("olmo2", [2048, 8192, 16, 16, 16, 100_352], untied),
    parameters: "1,484,916,736",
  },
  {
    id: "allenai/OLMo-2-1124-7B",
    aliases: ["olmo-2-7b", "allenai/OLMo-2-1124-7B-Instruct"],
    config: decoderConfig("olmo2", [4096, 11_008, 32, 32, 32, 100_352], untied),
    parameters: "7,298,617,344",
  },
  {
    id: "allenai/OLMo-2-1124-13B",
    aliases: ["olmo-2-13b", "allenai/OLMo-2-1124-13B-Instruct"],
    config: decoderConfig("olmo2", [5120, 13_824, 40, 40, 40, 100_352], untied),
    parameters: "13,716,198,400",
  },
  {
    id: "CohereLabs/c4ai-command-r-v01",
    aliases: ["command-r"],
    config: decoderConfig("cohere", [8192, 22_528, 40, 64, 64, 256_000]),
    parameters: "34,980,831,232",
  },
];
