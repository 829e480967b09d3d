/** No imports: a command's help reads this file, and tables take types from it. */

export const floatDtypes = ["fp32", "bf16", "fp16"] as const;

export const baseFormatNames = [...floatDtypes, "int8", "gptq", "nf4", "nf4-dq"] as const;

export const optimizerNames = [
  "adamw",
  "adamw-fused",
  "adamw-8bit",
  "paged-adamw-8bit",
  "adamw-4bit",
  "sgd",
  "lion",
  "adafactor",
] as const;

export const memoryMethods = ["lora", "qlora", "full", "compare"] as const;

export const strategies = ["ddp", "zero1", "zero2", "zero3", "fsdp"] as const;

export const objectiveNames = ["sft", "dpo", "kto", "orpo", "simpo", "reward", "grpo", "embedding"] as const;

export const referenceNames = ["none", "adapters-off", "model", "precomputed"] as const;

export const generatorNames = ["transformers", "vllm", "vllm-asleep", "server"] as const;

export const expertRankNames = ["whole", "by-active-experts"] as const;

export const trainedModuleNames = ["embeddings", "head"] as const;

export const stackChoices = {
  variant: ["lora", "dora", "lora-fa", "bd-lora"],
  loss: ["full", "chunked", "fused"],
  attention: ["eager", "sdpa", "flash"],
  checkpointing: ["on", "off", "offload"],
  optimizer: optimizerNames,
  adapterDtype: floatDtypes,
  loraKernels: ["on", "attention", "feed-forward", "off"],
} as const;

export const profileNames = [
  "peft",
  "peft-2024",
  "trl",
  "trl-2024",
  "trl-2025",
  "trl-2026",
  "axolotl",
  "llama-factory",
  "unsloth",
  "qwen-2023",
  "torchtune",
  "torchtune-2024",
  "litgpt",
  "litgpt-2023",
] as const;

/** Default options for a memory estimate. */
export const memoryDefaults = {
  ranks: [4, 8, 16, 32, 64],
  base: "bf16",
  method: "lora",
  microBatch: 1,
  /** tokens; fewer if the model's limit is lower */
  seq: 1024,
  profile: "peft",
} as const;
