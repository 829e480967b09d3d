import { type CatalogueModel, decoderConfig, tied, untied } from "./catalogue-model.ts";

const llama3With8B = decoderConfig("llama", [4096, 14_336, 32, 32, 8, 128_256], untied);
const llama3With70B = decoderConfig("llama", [8192, 28_672, 80, 64, 8, 128_256], untied);

/** Llama, and models made as it is. */
export const llamaModels = (): readonly CatalogueModel[] => [
  {
    id: "meta-llama/Llama-2-7b-hf",
    aliases: ["llama-2-7b", "llama2-7b", "meta-llama/Llama-2-7b-chat-hf"],
    config: decoderConfig("llama", [4096, 11_008, 32, 32, 32, 32_000], untied),
    parameters: "6,738,415,616",
  },
  {
    id: "meta-llama/Llama-2-13b-hf",
    aliases: ["llama-2-13b", "llama2-13b", "meta-llama/Llama-2-13b-chat-hf"],
    config: decoderConfig("llama", [5120, 13_824, 40, 40, 40, 32_000], untied),
    parameters: "13,015,864,320",
  },
  {
    id: "meta-llama/Llama-2-70b-hf",
    aliases: ["llama-2-70b", "llama2-70b", "meta-llama/Llama-2-70b-chat-hf"],
    config: decoderConfig("llama", [8192, 28_672, 80, 64, 8, 32_000], untied),
    parameters: "68,976,648,192",
  },
  {
    id: "meta-llama/Meta-Llama-3-8B",
    aliases: ["llama-3-8b", "llama3-8b", "meta-llama/Meta-Llama-3-8B-Instruct"],
    config: llama3With8B,
    parameters: "8,030,261,248",
  },
  {
    id: "meta-llama/Meta-Llama-3-70B",
    aliases: ["llama-3-70b", "llama3-70b", "meta-llama/Meta-Llama-3-70B-Instruct"],
    config: llama3With70B,
    parameters: "70,553,706,496",
  },
  {
    id: "meta-llama/Llama-3.1-8B",
    aliases: ["llama-3.1-8b", "llama3.1-8b", "meta-llama/Llama-3.1-8B-Instruct"],
    config: llama3With8B,
    parameters: "8,030,261,248",
  },
  {
    id: "meta-llama/Llama-3.1-70B",
    aliases: ["llama-3.1-70b", "llama3.1-70b", "meta-llama/Llama-3.1-70B-Instruct"],
    config: llama3With70B,
    parameters: "70,553,706,496",
  },
  {
    id: "meta-llama/Llama-3.1-405B",
    aliases: ["llama-3.1-405b", "llama3.1-405b", "meta-llama/Llama-3.1-405B-Instruct"],
    config: decoderConfig("llama", [16_384, 53_248, 126, 128, 8, 128_256], untied),
    parameters: "405,853,388,800",
  },
  {
    id: "meta-llama/Llama-3.2-1B",
    aliases: ["llama-3.2-1b", "llama3.2-1b", "meta-llama/Llama-3.2-1B-Instruct"],
    config: decoderConfig("llama", [2048, 8192, 16, 32, 8, 128_256], { ...tied, head_dim: 64 }),
    parameters: "1,235,814,400",
  },
  {
    id: "meta-llama/Llama-3.2-3B",
    aliases: ["llama-3.2-3b", "llama3.2-3b", "meta-llama/Llama-3.2-3B-Instruct"],
    config: decoderConfig("llama", [3072, 8192, 28, 24, 8, 128_256], { ...tied, head_dim: 128 }),
    parameters: "3,212,749,824",
  },
  {
    id: "meta-llama/Llama-3.3-70B-Instruct",
    aliases: ["llama-3.3-70b", "llama3.3-70b"],
    config: llama3With70B,
    parameters: "70,553,706,496",
  },
  {
    id: "codellama/CodeLlama-7b-hf",
    aliases: ["codellama-7b", "codellama/CodeLlama-7b-Instruct-hf"],
    config: decoderConfig("llama", [4096, 11_008, 32, 32, 32, 32_016], untied),
    parameters: "6,738,546,688",
  },
  {
    id: "TinyLlama/TinyLlama-1.1B-Chat-v1.0",
    aliases: ["tinyllama", "tinyllama-1.1b"],
    config: decoderConfig("llama", [2048, 5632, 22, 32, 4, 32_000], untied),
    parameters: "1,100,048,384",
  },
  {
    id: "HuggingFaceTB/SmolLM2-135M",
    aliases: ["smollm2-135m", "HuggingFaceTB/SmolLM2-135M-Instruct"],
    config: decoderConfig("llama", [576, 1536, 30, 9, 3, 49_152], tied),
    parameters: "134,515,008",
  },
  {
    id: "HuggingFaceTB/SmolLM2-360M",
    aliases: ["smollm2-360m", "HuggingFaceTB/SmolLM2-360M-Instruct"],
    config: decoderConfig("llama", [960, 2560, 32, 15, 5, 49_152], tied),
    parameters: "361,821,120",
  },
  {
    id: "HuggingFaceTB/SmolLM2-1.7B",
    aliases: ["smollm2-1.7b", "HuggingFaceTB/SmolLM2-1.7B-Instruct"],
    config: decoderConfig("llama", [2048, 8192, 24, 32, 32, 49_152], tied),
    parameters: "1,711,376,384",
  },
  {
    id: "HuggingFaceTB/SmolLM3-3B",
    aliases: ["smollm3-3b"],
    config: decoderConfig("smollm3", [2048, 11_008, 36, 16, 4, 128_256], tied),
    parameters: "3,075,098,624",
  },
  {
    id: "01-ai/Yi-1.5-9B",
    aliases: ["yi-1.5-9b", "01-ai/Yi-1.5-9B-Chat"],
    config: decoderConfig("llama", [4096, 11_008, 48, 32, 4, 64_000], untied),
    parameters: "8,829,407,232",
  },
  {
    id: "01-ai/Yi-34B",
    aliases: ["yi-34b", "01-ai/Yi-34B-Chat"],
    config: decoderConfig("llama", [7168, 20_480, 60, 56, 8, 64_000], untied),
    parameters: "34,388,917,248",
  },
  {
    id: "deepseek-ai/DeepSeek-R1-Distill-Llama-8B",
    aliases: ["deepseek-r1-distill-llama-8b"],
    config: llama3With8B,
    parameters: "8,030,261,248",
  },
];
