/**
 * Hub ids of models by torchtune's builder, as its recipes download them; keys omit `lora_` and `qlora_`. Of an
 * instruct model and its base, equal in size, one is listed. Source: torchtune 0.6.1, `recipes/configs`; for Qwen3 its
 * main branch of April 2026, where `_base` and `_instruct` are two builders
 */
export const torchtuneModels: Readonly<Record<string, string>> = {
  "code_llama2.code_llama2_7b": "meta-llama/CodeLlama-7b-hf",
  "gemma.gemma_2b": "google/gemma-2b",
  "gemma.gemma_7b": "google/gemma-7b",
  "gemma2.gemma2_2b": "google/gemma-2-2b",
  "gemma2.gemma2_9b": "google/gemma-2-9b",
  "gemma2.gemma2_27b": "google/gemma-2-27b",
  "llama2.llama2_7b": "meta-llama/Llama-2-7b-hf",
  "llama2.llama2_13b": "meta-llama/Llama-2-13b-hf",
  "llama2.llama2_70b": "meta-llama/Llama-2-70b-hf",
  "llama3.llama3_8b": "meta-llama/Meta-Llama-3-8B-Instruct",
  "llama3.llama3_70b": "meta-llama/Meta-Llama-3-70B-Instruct",
  "llama3_1.llama3_1_8b": "meta-llama/Meta-Llama-3.1-8B-Instruct",
  "llama3_1.llama3_1_70b": "meta-llama/Meta-Llama-3.1-70B-Instruct",
  "llama3_1.llama3_1_405b": "meta-llama/Meta-Llama-3.1-405B-Instruct",
  "llama3_2.llama3_2_1b": "meta-llama/Llama-3.2-1B-Instruct",
  "llama3_2.llama3_2_3b": "meta-llama/Llama-3.2-3B-Instruct",
  "llama3_3.llama3_3_70b": "meta-llama/Llama-3.3-70B-Instruct",
  "llama4.llama4_scout_17b_16e": "meta-llama/Llama-4-Scout-17B-16E-Instruct",
  "llama4.llama4_maverick_17b_128e": "meta-llama/Llama-4-Maverick-17B-128E-Instruct",
  "mistral.mistral_7b": "mistralai/Mistral-7B-v0.1",
  "phi3.phi3_mini": "microsoft/Phi-3-mini-4k-instruct",
  "phi4.phi4_14b": "microsoft/phi-4",
  "qwen2.qwen2_0_5b": "Qwen/Qwen2-0.5B-Instruct",
  "qwen2.qwen2_1_5b": "Qwen/Qwen2-1.5B-Instruct",
  "qwen2.qwen2_7b": "Qwen/Qwen2-7B-Instruct",
  "qwen2_5.qwen2_5_0_5b": "Qwen/Qwen2.5-0.5B-Instruct",
  "qwen2_5.qwen2_5_1_5b_base": "Qwen/Qwen2.5-1.5B",
  "qwen2_5.qwen2_5_1_5b_instruct": "Qwen/Qwen2.5-1.5B-Instruct",
  "qwen2_5.qwen2_5_3b": "Qwen/Qwen2.5-3B-Instruct",
  "qwen2_5.qwen2_5_7b_base": "Qwen/Qwen2.5-7B",
  "qwen2_5.qwen2_5_7b_instruct": "Qwen/Qwen2.5-7B-Instruct",
  "qwen2_5.qwen2_5_14b_base": "Qwen/Qwen2.5-14B",
  "qwen2_5.qwen2_5_14b_instruct": "Qwen/Qwen2.5-14B-Instruct",
  "qwen2_5.qwen2_5_32b_base": "Qwen/Qwen2.5-32B",
  "qwen2_5.qwen2_5_32b_instruct": "Qwen/Qwen2.5-32B-Instruct",
  "qwen2_5.qwen2_5_72b_base": "Qwen/Qwen2.5-72B",
  "qwen2_5.qwen2_5_72b_instruct": "Qwen/Qwen2.5-72B-Instruct",
  "qwen3.qwen3_0_6b_base": "Qwen/Qwen3-0.6B-Base",
  "qwen3.qwen3_0_6b_instruct": "Qwen/Qwen3-0.6B",
  "qwen3.qwen3_1_7b_base": "Qwen/Qwen3-1.7B-Base",
  "qwen3.qwen3_1_7b_instruct": "Qwen/Qwen3-1.7B",
  "qwen3.qwen3_4b_base": "Qwen/Qwen3-4B-Base",
  "qwen3.qwen3_4b_instruct": "Qwen/Qwen3-4B",
  "qwen3.qwen3_8b_base": "Qwen/Qwen3-8B-Base",
  "qwen3.qwen3_8b_instruct": "Qwen/Qwen3-8B",
  "qwen3.qwen3_14b_base": "Qwen/Qwen3-14B-Base",
  "qwen3.qwen3_14b_instruct": "Qwen/Qwen3-14B",
  "qwen3.qwen3_32b": "Qwen/Qwen3-32B",
};

/** Adapted layers: torchtune's names, and those in transformers' Llama-like models. */
export const attentionNames: Readonly<Record<string, string>> = {
  q_proj: "q_proj",
  k_proj: "k_proj",
  v_proj: "v_proj",
  output_proj: "o_proj",
};
export const mlpNames: readonly string[] = ["gate_proj", "up_proj", "down_proj"];
