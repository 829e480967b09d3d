import { type CatalogueModel, decoderConfig, tied, untied } from "./catalogue-model.ts";

/** The first Qwen: `intermediate_size` is twice the width of its MLP. */
function qwen(hidden: number, intermediate: number, layers: number, heads: number, vocabulary: number) {
  return {
    model_type: "qwen",
    hidden_size: hidden,
    intermediate_size: intermediate,
    num_hidden_layers: layers,
    num_attention_heads: heads,
    kv_channels: 128,
    vocab_size: vocabulary,
    no_bias: true,
    ...untied,
  };
}

const qwen3Experts = {
  ...untied,
  head_dim: 128,
  num_experts: 128,
  num_experts_per_tok: 8,
  decoder_sparse_step: 1,
};

/** Qwen, from the first to the third. */
export const qwenModels = (): readonly CatalogueModel[] => [
  {
    id: "Qwen/Qwen-1_8B",
    aliases: ["qwen-1.8b", "Qwen/Qwen-1_8B-Chat"],
    config: qwen(2048, 11_008, 24, 16, 151_936),
    parameters: "1,836,828,672",
  },
  {
    id: "Qwen/Qwen-7B",
    aliases: ["qwen-7b", "Qwen/Qwen-7B-Chat"],
    config: qwen(4096, 22_016, 32, 32, 151_936),
    parameters: "7,721,324,544",
  },
  {
    id: "Qwen/Qwen-14B",
    aliases: ["qwen-14b", "Qwen/Qwen-14B-Chat"],
    config: qwen(5120, 27_392, 40, 40, 152_064),
    parameters: "14,167,290,880",
  },
  {
    id: "Qwen/Qwen-72B",
    aliases: ["qwen-72b", "Qwen/Qwen-72B-Chat"],
    config: qwen(8192, 49_152, 80, 64, 152_064),
    parameters: "72,287,920,128",
  },
  {
    id: "Qwen/Qwen1.5-MoE-A2.7B",
    aliases: ["qwen1.5-moe-a2.7b", "Qwen/Qwen1.5-MoE-A2.7B-Chat"],
    config: decoderConfig("qwen2_moe", [2048, 5632, 24, 16, 16, 151_936], {
      ...untied,
      num_experts: 60,
      num_experts_per_tok: 4,
      moe_intermediate_size: 1408,
      shared_expert_intermediate_size: 5632,
      decoder_sparse_step: 1,
    }),
    parameters: "14,315,784,192",
  },
  {
    id: "Qwen/Qwen2.5-0.5B",
    aliases: ["qwen2.5-0.5b", "Qwen/Qwen2.5-0.5B-Instruct"],
    config: decoderConfig("qwen2", [896, 4864, 24, 14, 2, 151_936], tied),
    parameters: "494,032,768",
  },
  {
    id: "Qwen/Qwen2.5-1.5B",
    aliases: ["qwen2.5-1.5b", "Qwen/Qwen2.5-1.5B-Instruct"],
    config: decoderConfig("qwen2", [1536, 8960, 28, 12, 2, 151_936], tied),
    parameters: "1,543,714,304",
  },
  {
    id: "Qwen/Qwen2.5-3B",
    aliases: ["qwen2.5-3b", "Qwen/Qwen2.5-3B-Instruct"],
    config: decoderConfig("qwen2", [2048, 11_008, 36, 16, 2, 151_936], tied),
    parameters: "3,085,938,688",
  },
  {
    id: "Qwen/Qwen2.5-7B",
    aliases: ["qwen2.5-7b", "Qwen/Qwen2.5-7B-Instruct", "deepseek-ai/DeepSeek-R1-Distill-Qwen-7B"],
    config: decoderConfig("qwen2", [3584, 18_944, 28, 28, 4, 152_064], untied),
    parameters: "7,615,616,512",
  },
  {
    id: "Qwen/Qwen2.5-14B",
    aliases: ["qwen2.5-14b", "Qwen/Qwen2.5-14B-Instruct", "deepseek-ai/DeepSeek-R1-Distill-Qwen-14B"],
    config: decoderConfig("qwen2", [5120, 13_824, 48, 40, 8, 152_064], untied),
    parameters: "14,770,033,664",
  },
  {
    id: "Qwen/Qwen2.5-32B",
    aliases: ["qwen2.5-32b", "Qwen/Qwen2.5-32B-Instruct", "deepseek-ai/DeepSeek-R1-Distill-Qwen-32B"],
    config: decoderConfig("qwen2", [5120, 27_648, 64, 40, 8, 152_064], untied),
    parameters: "32,763,876,352",
  },
  {
    id: "Qwen/Qwen2.5-72B",
    aliases: ["qwen2.5-72b", "Qwen/Qwen2.5-72B-Instruct"],
    config: decoderConfig("qwen2", [8192, 29_568, 80, 64, 8, 152_064], untied),
    parameters: "72,706,203,648",
  },
  {
    id: "Qwen/Qwen3-0.6B",
    aliases: ["qwen3-0.6b"],
    config: decoderConfig("qwen3", [1024, 3072, 28, 16, 8, 151_936], { ...tied, head_dim: 128 }),
    parameters: "751,632,384",
  },
  {
    id: "Qwen/Qwen3-1.7B",
    aliases: ["qwen3-1.7b"],
    config: decoderConfig("qwen3", [2048, 6144, 28, 16, 8, 151_936], { ...tied, head_dim: 128 }),
    parameters: "2,031,739,904",
  },
  {
    id: "Qwen/Qwen3-4B",
    aliases: ["qwen3-4b"],
    config: decoderConfig("qwen3", [2560, 9728, 36, 32, 8, 151_936], { ...tied, head_dim: 128 }),
    parameters: "4,022,468,096",
  },
  {
    id: "Qwen/Qwen3-8B",
    aliases: ["qwen3-8b"],
    config: decoderConfig("qwen3", [4096, 12_288, 36, 32, 8, 151_936], { ...untied, head_dim: 128 }),
    parameters: "8,190,735,360",
  },
  {
    id: "Qwen/Qwen3-14B",
    aliases: ["qwen3-14b"],
    config: decoderConfig("qwen3", [5120, 17_408, 40, 40, 8, 151_936], { ...untied, head_dim: 128 }),
    parameters: "14,768,307,200",
  },
  {
    id: "Qwen/Qwen3-32B",
    aliases: ["qwen3-32b"],
    config: decoderConfig("qwen3", [5120, 25_600, 64, 64, 8, 151_936], { ...untied, head_dim: 128 }),
    parameters: "32,762,123,264",
  },
  {
    id: "Qwen/Qwen3-30B-A3B",
    aliases: ["qwen3-30b-a3b", "Qwen/Qwen3-30B-A3B-Instruct-2507"],
    config: decoderConfig("qwen3_moe", [2048, 6144, 48, 32, 4, 151_936], {
      ...qwen3Experts,
      moe_intermediate_size: 768,
    }),
    parameters: "30,532,122,624",
  },
  {
    id: "Qwen/Qwen3-235B-A22B",
    aliases: ["qwen3-235b-a22b", "Qwen/Qwen3-235B-A22B-Instruct-2507"],
    config: decoderConfig("qwen3_moe", [4096, 12_288, 94, 64, 4, 151_936], {
      ...qwen3Experts,
      moe_intermediate_size: 1536,
    }),
    parameters: "235,093,634,560",
  },
];
