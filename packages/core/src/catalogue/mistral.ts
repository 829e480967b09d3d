import { type CatalogueModel, decoderConfig, untied } from "./catalogue-model.ts";

const eightExperts = { num_local_experts: 8, num_experts_per_tok: 2 };

/** Mistral and Mixtral. */
export const mistralModels = (): readonly CatalogueModel[] => [
  {
    id: "mistralai/Mistral-7B-v0.1",
    aliases: ["mistral-7b", "mistral-7b-v0.1", "mistralai/Mistral-7B-Instruct-v0.1"],
    config: decoderConfig("mistral", [4096, 14_336, 32, 32, 8, 32_000], untied),
    parameters: "7,241,732,096",
  },
  {
    id: "mistralai/Mistral-7B-v0.3",
    aliases: ["mistral-7b-v0.3", "mistralai/Mistral-7B-Instruct-v0.3"],
    config: decoderConfig("mistral", [4096, 14_336, 32, 32, 8, 32_768], untied),
    parameters: "7,248,023,552",
  },
  {
    id: "mistralai/Ministral-8B-Instruct-2410",
    aliases: ["ministral-8b"],
    config: decoderConfig("mistral", [4096, 12_288, 36, 32, 8, 131_072], { ...untied, head_dim: 128 }),
    parameters: "8,019,808,256",
  },
  {
    id: "mistralai/Mistral-Nemo-Base-2407",
    aliases: ["mistral-nemo", "mistral-nemo-12b", "mistralai/Mistral-Nemo-Instruct-2407"],
    config: decoderConfig("mistral", [5120, 14_336, 40, 32, 8, 131_072], { ...untied, head_dim: 128 }),
    parameters: "12,247,782,400",
  },
  {
    id: "mistralai/Mistral-Small-24B-Base-2501",
    aliases: ["mistral-small-24b", "mistralai/Mistral-Small-24B-Instruct-2501"],
    config: decoderConfig("mistral", [5120, 32_768, 40, 32, 8, 131_072], { ...untied, head_dim: 128 }),
    parameters: "23,572,403,200",
  },
  {
    id: "mistralai/Mistral-Large-Instruct-2407",
    aliases: ["mistral-large-2407"],
    config: decoderConfig("mistral", [12_288, 28_672, 88, 96, 8, 32_768], untied),
    parameters: "122,610,069,504",
  },
  {
    id: "mistralai/Mixtral-8x7B-v0.1",
    aliases: ["mixtral-8x7b", "mistralai/Mixtral-8x7B-Instruct-v0.1"],
    config: decoderConfig("mixtral", [4096, 14_336, 32, 32, 8, 32_000], { ...untied, ...eightExperts }),
    parameters: "46,702,792,704",
  },
  {
    id: "mistralai/Mixtral-8x22B-v0.1",
    aliases: ["mixtral-8x22b"],
    config: decoderConfig("mixtral", [6144, 16_384, 56, 48, 8, 32_000], { ...untied, ...eightExperts }),
    parameters: "140,620,634,112",
  },
];
