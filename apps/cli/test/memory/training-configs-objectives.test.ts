import { matchCatalogueModel } from "@lorank/core/memory";
import { describe, expect, test } from "vitest";
import { readMemoryFlags } from "../../src/commands/memory/choices.ts";
import { type ModelMemory, modelMemory } from "../../src/commands/memory/estimate.ts";
import type { ReadConfig } from "../../src/commands/memory/read-training-config.ts";
import { readText } from "../training-configs.ts";

function answered(config: ReadConfig, flags: Readonly<Record<string, string>> = {}): ModelMemory {
  const found = { name: "qwen3-0.6b", config: matchCatalogueModel("qwen3-0.6b")!.model.config };
  return modelMemory(found, { file: "config.yaml", config }, readMemoryFlags(flags));
}

const trl =
  "model_name_or_path: m\nuse_peft: true\nlora_r: 8\nlora_target_modules: all-linear\ndtype: bfloat16";
const axolotl = "base_model: m\nadapter: lora\nlora_r: 8\nlora_target_linear: true";
const llamaFactory = "model_name_or_path: m\nlora_rank: 8\nbf16: true";
const both = ["embeddings", "head"];

describe("modules trained in full", () => {
  test.each([
    [`${trl}\nlora_modules_to_save: [lm_head, embed_tokens]`, both],
    [`${axolotl}\nlora_modules_to_save:\n  - model.embed_tokens`, ["embeddings"]],
    [`${llamaFactory}\nadditional_target: embed_tokens, lm_head`, both],
    [`${llamaFactory}\nresize_vocab: true`, both],
    [`${llamaFactory}\nresize_vocab: true\nadditional_target: lm_head`, ["head"]],
    ["peft_type: LORA\ntarget_modules: [c_attn]\nmodules_to_save: [wte]", ["embeddings"]],
    [`${axolotl}\nlora_modules_to_save: [norm]`, undefined],
    [`${axolotl.replace("adapter: lora", "")}\nlora_modules_to_save: [lm_head]`, undefined],
  ])("are read where an estimate counts them (%#)", (text, modules) => {
    expect(readText(text).trainedModules).toEqual(modules);
  });

  test("cost what the flag says, and a flag wins", () => {
    const read = answered(readText(`${trl}\nlora_modules_to_save: [embed_tokens, lm_head]`));
    const plain = readText(trl);
    expect(read.trainedModules).toEqual(both);
    expect(read.notCounted).toEqual([]);
    expect(read.results).toEqual(answered(plain, { trainedModules: "embeddings,head" }).results);
    expect(read.results[0]!.adapterBytes).toBeGreaterThan(answered(plain).results[0]!.adapterBytes + 6e8);
    const less = answered(readText(`${trl}\nlora_modules_to_save: [embed_tokens, lm_head]`), {
      trainedModules: "head",
    });
    expect([less.trainedModules, less.from.trainedModules]).toEqual([["head"], "--trained-modules"]);
  });

  test("others are not counted, and full fine-tuning has none", () => {
    const config = readText(`${axolotl}\nlora_modules_to_save: [embed_tokens, norm]`);
    expect(answered(config).trainedModules).toEqual(["embeddings"]);
    expect(answered(config).notCounted).toMatchObject([{ what: "modules trained in full" }]);
    expect(answered(config, { method: "full" }).trainedModules).toBeUndefined();
  });
});

const groups = `${trl}\nper_device_train_batch_size: 4\nnum_generations: 8`;
const groupsOfAxolotl = `${axolotl}\nrl: grpo\nmicro_batch_size: 2\nsequence_len: 1024`;

describe("GRPO", () => {
  test.each([
    [groups, { completion: 512, generations: 4, generator: "transformers", reference: "none" }],
    [`${groups}\ngradient_accumulation_steps: 8`, { generations: 32 }],
    [`${groups}\ngradient_accumulation_steps: 8\nsteps_per_generation: 2`, { generations: 8 }],
    [`${groups}\nmax_prompt_length: 256\nmax_completion_length: 768`, { completion: 768, seq: 1024 }],
    [`${groups}\nbeta: 0.04`, { objective: "grpo", reference: "adapters-off" }],
    [`${groups.replace("use_peft: true\n", "")}\nbeta: 0.04`, { method: "full", reference: "model" }],
    [`${groups}\nuse_vllm: true`, { generator: "vllm", vllmShare: 0.3 }],
    [
      `${groups}\nuse_vllm: true\nvllm_gpu_memory_utilization: 0.5\nvllm_enable_sleep_mode: true`,
      { generator: "vllm-asleep", vllmShare: 0.5 },
    ],
    [`${groups}\nuse_vllm: true\nvllm_max_model_length: 2048`, { generator: "vllm", seq: 2048 }],
    [`${trl}\nloss_type: dr_grpo`, { objective: "grpo", generations: 8 }],
  ])("of TRL is read (%#)", (text, expected) => {
    expect(readText(text)).toMatchObject(expected);
  });

  test.each([
    [groupsOfAxolotl, { objective: "grpo", generator: "transformers", generations: 2, seq: 1024 }],
    [
      `${groupsOfAxolotl}\ngradient_accumulation_steps: 4\ntrl: { beta: 0.04, max_completion_length: 256 }`,
      { reference: "adapters-off", generations: 8, completion: 256 },
    ],
    [`${groupsOfAxolotl}\nrl_beta: 0.1`, { reference: "adapters-off" }],
    [`${groupsOfAxolotl}\nrl_beta: 0.1\ntrl: { beta: 0 }`, { reference: "none" }],
    [`${groupsOfAxolotl}\ntrl: { use_vllm: true }`, { generator: "server" }],
    [
      `${groupsOfAxolotl}\ntrl: { use_vllm: true, vllm_mode: colocate }\nvllm: { gpu_memory_utilization: 0.4 }`,
      { generator: "vllm", vllmShare: 0.4 },
    ],
  ])("of Axolotl is read (%#)", (text, expected) => {
    expect(readText(text)).toMatchObject(expected);
  });

  test("of torchtune trains all texts of a prompt at once, beside a reference model", () => {
    const config = readText(
      `model: { _component_: torchtune.models.llama3_2.llama3_2_3b }\nbatch_size: 2\ngrpo_samples: 16
forward_batch_size: 1\nmax_generated_tokens: 512\ndtype: bf16
loss: { _component_: torchtune.dev.grpo.loss.GRPOSimpleLoss }`,
    );
    expect(config).toMatchObject({
      ...{ objective: "grpo", microBatch: 32, generations: 16, completion: 512, reference: "model" },
      settings: { loss: "full" },
    });
    expect(config.unread.seq).toBe(
      "max_generated_tokens 512 without a limit on prompts, whose length counts too",
    );
  });

  test("is counted as the flags count it, and a flag wins", () => {
    const config = readText(`${groups}\nmax_prompt_length: 256\nbeta: 0.04\ngradient_accumulation_steps: 2`);
    const flags = { objective: "grpo", completion: "512", generations: "8", reference: "adapters-off" };
    const plain = readText(`${trl}\nper_device_train_batch_size: 4\ngradient_accumulation_steps: 2`);
    const said = answered(plain, { ...flags, generator: "transformers", seq: "768" });
    const read = answered(config);
    expect(read.results).toEqual(said.results);
    expect(read.notCounted).toEqual([]);
    expect(read.from.generations).toBe("per_device_train_batch_size 4, gradient_accumulation_steps 2");
    expect(answered(config, { generations: "64" }).results[0]!.allocatedBytes).toBeGreaterThan(
      read.results[0]!.allocatedBytes,
    );
  });

  test("asks by name for what the config leaves open, and only where it matters", () => {
    expect(() => answered(readText(`${groups}\nmax_completion_length: 256`))).toThrow(
      "--seq must be given: max_completion_length 256 without a limit on prompts, whose length counts too",
    );
    const ofAllCards = readText(`${groups}\nmax_prompt_length: 64\ngeneration_batch_size: 64`);
    expect(() => answered(ofAllCards)).toThrow(
      "--generations must be given: generation_batch_size 64 is of all cards together",
    );
    expect(answered(ofAllCards, { generations: "16" }).generations).toBe(16);
    const served = readText(`${groups}\nmax_prompt_length: 64\ngeneration_batch_size: 64\nuse_vllm: true`);
    expect(answered(served, { gpu: "24GB" }).generator).toBe("vllm");
  });

  test("leaves its details where a flag chooses another objective or method", () => {
    const config = readText(`${groups}\nmax_prompt_length: 64\nbeta: 0.1`);
    expect(answered(config, { objective: "dpo" }).generator).toBeUndefined();
    expect(answered(config, { objective: "sft" }).objective).toBeUndefined();
    expect(answered(config, { method: "full" }).reference).toBe("model");
  });
});
