import { describe, expect, test } from "vitest";
import { memoryChoices } from "../../src/commands/memory/choices.ts";
import { readTrainingConfig } from "../../src/commands/memory/read-training-config.ts";
import { configFixture, readText } from "../training-configs.ts";

const adapted = "model_name_or_path: org/m\nuse_peft: true\nlora_target_modules: [q_proj, v_proj]";

describe("TRL", () => {
  test("alignment-handbook's QLoRA recipe is read as it is", () => {
    const config = readTrainingConfig(configFixture("trl/config.yaml"));
    expect(config).toMatchObject({
      ...{ tool: "trl", profile: "trl", method: "lora", model: "mistralai/Mistral-7B-v0.1", rank: 16 },
      targets: ["q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj"],
      ...{ base: "nf4", microBatch: 4, seq: 2048 },
      settings: {
        ...{ attention: "flash", dropout: 0.05, kbitPrepare: false, loss: "chunked" },
        ...{ optimizer: "adamw-fused", checkpointing: "on", packing: false, accumulation: true },
      },
      unread: {},
    });
    expect(config.objective).toBeUndefined();
    expect(config.remarks).toEqual([
      expect.stringMatching(/^max_seq_length 2048: TRL has called it max_length/),
    ]);
    const { settings, from } = memoryChoices({}, { training: config });
    expect([settings.adapterDtype, from.adapterDtype]).toEqual(["bf16", "profile trl, on a quantised base"]);
    expect(memoryChoices({ base: "bf16" }, { training: config }).settings.adapterDtype).toBe("fp32");
  });

  test("its defaults are said", () => {
    const config = readText(adapted);
    expect(config).toMatchObject({ rank: 16, base: "fp32", microBatch: 8, seq: 1024 });
    expect(config.settings).toMatchObject({ dropout: 0.05, checkpointing: "on" });
    expect(config.notes).toContain("TRL's default (no dtype) → base fp32");
    expect(config.notes).toContain("TRL's default (no max_length) → length 1024");
  });

  test("trains all weights without use_peft, whatever LoRA fields there are", () => {
    const config = readText("model_name_or_path: org/m\nlora_r: 8\ndtype: bfloat16");
    expect(config).toMatchObject({ method: "full", base: "bf16" });
    expect(config.rank).toBeUndefined();
    expect(config.remarks).toEqual(["lora_r 8: does nothing without use_peft: true"]);
    expect(() => readText("model_name_or_path: org/m\nlora_r: 8\nload_in_4bit: true")).toThrow(
      "load_in_4bit must be false without use_peft, got true",
    );
  });

  test.each([
    ["load_in_4bit: true\nuse_bnb_nested_quant: true", { base: "nf4-dq" }],
    ["load_in_8bit: true", { base: "int8" }],
    ["torch_dtype: bfloat16", { base: "bf16" }],
    ["dtype: auto", { base: "bf16" }],
    ["torch_dtype: null", { base: "bf16" }],
    ["dtype: float16\nmodel_init_kwargs: { dtype: bfloat16 }", { base: "bf16" }],
    ["max_length: 4096\npacking: true", { seq: 4096, settings: { packing: true } }],
    ["activation_offloading: true", { settings: { checkpointing: "offload" } }],
    ["gradient_checkpointing: false", { settings: { checkpointing: "off" } }],
    ["attn_implementation: kernels-community/flash-attn3", { settings: { attention: "flash" } }],
    ["attn_implementation: flex_attention", { settings: { attention: "flash" } }],
    ["optim: adamw_torch_4bit", { settings: { optimizer: "adamw-4bit" } }],
    ["deepspeed: ds_z3.json", { strategy: "zero3" }],
    ["beta: 0.1", { objective: "dpo" }],
    ["loss_type: apo_zero", { objective: "dpo" }],
    ["loss_type: dapo\nnum_generations: 8", { objective: "grpo" }],
    ["undesirable_weight: 1.0", { objective: "kto" }],
    ["center_rewards_coefficient: 0.1", { objective: "reward" }],
    ["teacher_model_name_or_path: org/t", { objective: "distillation" }],
  ])("reads %j", (lines, expected) => {
    expect(readText(`${adapted}\n${lines}`)).toMatchObject(expected);
  });

  test("takes a single target as a pattern, as ModelConfig does", () => {
    const text = adapted.replace("[q_proj, v_proj]", "[all-linear]");
    expect(readText(text).targets).toBe("all-linear");
    expect(readText(text.replace("all-linear", "'.*q_proj'")).targets).toEqual(/.*q_proj/);
  });

  test.each([
    [
      "max_completion_length: 256",
      "seq",
      "max_completion_length 256 without a limit on prompts, whose length counts too",
    ],
    ["activation_offloading: true\ngradient_checkpointing: false", "checkpointing", /moves all activations/],
    ["optim: grokadamw", "optimizer", "optim grokadamw is an optimiser that is not modelled"],
  ] as const)("leaves to a flag what %j means", (lines, name, words) => {
    const { unread } = readText(`${adapted}\n${lines}`);
    expect(unread[name]).toMatch(words);
  });
});
