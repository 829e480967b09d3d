import { describe, expect, test } from "vitest";
import { readTrainingConfig } from "../../src/commands/memory/read-training-config.ts";
import { configFixture, readText, writtenConfig } from "../training-configs.ts";

const lora = (adapter: string): string =>
  `base_model: org/m\nadapter: ${adapter}\nlora_r: 4\nlora_target_linear: true`;

describe("Axolotl", () => {
  test("a QLoRA run", () => {
    const config = readTrainingConfig(configFixture("axolotl/config.yaml"));
    expect(config).toMatchObject({
      tool: "axolotl",
      method: "qlora",
      model: "org/small-llama",
      rank: 32,
      targets: "all-linear",
      base: "nf4-dq",
      microBatch: 2,
      seq: 4096,
      settings: {
        loss: "fused",
        attention: "flash",
        dropout: 0.05,
        loraKernels: "on",
        adapterDtype: "fp32",
        optimizer: "adamw-fused",
        checkpointing: "on",
        packing: true,
      },
    });
    expect(config.notes).toEqual(
      expect.arrayContaining([
        "lora_r 32 → rank 32",
        "load_in_4bit true, axolotl's default double quantisation → base nf4-dq",
        "lora_target_linear true → targets all-linear",
        "deepspeed deepspeed_configs/zero2.json → strategy zero2",
      ]),
    );
    expect(config.notes).toContain(
      "optimizer paged_adamw_32bit → not counted: optimiser states that leave the device",
    );
    expect(config.notes).toContain("axolotl's own LoRA kernels → LoRA kernels on");
    expect(config.notes.join("\n")).not.toMatch(/fsdp/);
  });
  test("its defaults are said, and an absent adapter is full training", () => {
    const config = readText("base_model: org/m\nlearning_rate: 1e-5");
    expect(config).toMatchObject({
      method: "full",
      base: "bf16",
      microBatch: 1,
      seq: 512,
      settings: { optimizer: "adamw-fused", checkpointing: "off", packing: false, loss: "full" },
    });
    expect(config.rank).toBeUndefined();
    expect(config.notes).toContain("axolotl's default (no sequence_len) → length 512");
  });
  test.each([
    ["bnb_config_kwargs: { bnb_4bit_use_double_quant: false }", "nf4"],
    ["bnb_config_kwargs: { bnb_4bit_use_double_quant: true }", "nf4-dq"],
    // FP4 takes as many bits
    ["bnb_config_kwargs: { bnb_4bit_quant_type: fp4 }", "nf4-dq"],
  ])("%s is a base in %s", (line, base) => {
    expect(readText(`${lora("qlora")}\nload_in_4bit: true\n${line}`).base).toBe(base);
  });
  test("an adapter is in bf16 where a trainer of TRL has a quantised base", () => {
    const dtype = (lines: string) => readText(`${lora("qlora")}\nload_in_4bit: true\n${lines}`).settings;
    expect(["rl: dpo", "rl: kto", "rl: grpo"].map((rl) => dtype(rl).adapterDtype)).toEqual(
      Array(3).fill("bf16"),
    );
    expect(["", "rl: orpo"].map((rl) => dtype(rl).adapterDtype)).toEqual(Array(2).fill("fp32"));
    expect(readText(`${lora("lora")}\nrl: dpo`).settings.adapterDtype).toBe("fp32");
  });
  test.each([
    ["load_in_8bit: true", "int8"],
    ["bf16: true", "bf16"],
    ["fp16: true", "fp16"],
    ["bf16: false", "fp32"],
    // quantised to 4 bits under qlora only
    ["load_in_4bit: true", "bf16"],
  ])("adapter lora with %s is a base in %s", (line, base) => {
    expect(readText(`${lora("lora")}\n${line}`).base).toBe(base);
  });
  test.each([
    ["adamw_bnb_8bit", "adamw-8bit"],
    ["paged_adamw_8bit", "paged-adamw-8bit"],
    ["adamw_torch", "adamw"],
    ["adamw_torch_fused", "adamw-fused"],
    ["lion_32bit", "lion"],
    ["adafactor", "adafactor"],
    ["sgd", "sgd"],
  ])("optimizer %s is %s", (name, optimizer) => {
    expect(readText(`${lora("lora")}\noptimizer: ${name}`).settings.optimizer).toBe(optimizer);
  });
  test("an optimiser without a name here is for a flag to decide", () => {
    const config = readText(`${lora("lora")}\noptimizer: ao_adamw_fp8`);
    expect(config.settings.optimizer).toBeUndefined();
    expect(config.unread.optimizer).toContain("optimizer ao_adamw_fp8");
  });
  test.each([
    ["gradient_checkpointing: offload", "offload"],
    ["gradient_checkpointing: true\nactivation_offloading: true", "offload"],
    ["gradient_checkpointing: false", "off"],
  ])("%s is checkpointing %s", (lines, checkpointing) => {
    expect(readText(`${lora("lora")}\n${lines}`).settings.checkpointing).toBe(checkpointing);
  });
  test.each([
    ["plugins: [x.LigerPlugin]\nliger_fused_linear_cross_entropy: true", "fused"],
    ["plugins: [x.CutCrossEntropyPlugin]\ncut_cross_entropy: true", "fused"],
    // fields of a plugin that is not there
    ["liger_fused_linear_cross_entropy: true", "full"],
    ["cut_cross_entropy: true", "full"],
    ["chunked_cross_entropy: true", "chunked"],
    ["plugins: [axolotl.integrations.liger.LigerPlugin]", "full"],
    ["plugins: [x.CutCrossEntropyPlugin]\ncut_cross_entropy: false", "full"],
  ])("%s is loss %s", (lines, loss) => {
    expect(readText(`${lora("lora")}\n${lines}`).settings.loss).toBe(loss);
  });
  test.each([
    ["sdp_attention: true", "sdpa"],
    ["attn_implementation: eager", "eager"],
    ["attn_implementation: flash_attention_3", "flash"],
  ])("%s is attention %s", (line, attention) => {
    expect(readText(`${lora("lora")}\n${line}`).settings.attention).toBe(attention);
  });
  test.each([
    ["", { settings: { attention: "sdpa", checkpointing: "off" } }],
    ["attn_implementation: flex_attention", { settings: { attention: "flash" } }],
    ["flex_attention: true", { settings: { attention: "flash" } }],
    ["optimizer: adamw_torch_4bit", { settings: { optimizer: "adamw-4bit" } }],
    ["fsdp_config: { activation_checkpointing: true }", { settings: { checkpointing: "on" } }],
    [
      "gradient_checkpointing: false\nfsdp_config: { fsdp_activation_checkpointing: true }",
      { settings: { checkpointing: "on" } },
    ],
    ["rl: gdpo", { objective: "grpo" }],
    [
      "lora_target_linear: false\nlora_target_modules: 'model.layers.[0-9]+.self_attn.(q|v)_proj'",
      { targets: /model.layers.[0-9]+.self_attn.(q|v)_proj/ },
    ],
    [
      "model_quantization_config: Mxfp4Config\nmodel_quantization_config_kwargs: { dequantize: true }",
      { base: "bf16" },
    ],
  ])("reads %j", (lines, expected) => {
    expect(readText(`${lora("lora")}\n${lines}`)).toMatchObject(expected);
  });
  test.each([
    [
      "Mxfp4Config",
      /model_quantization_config Mxfp4Config keeps MXFP4, which is not trained without dequantize: true/,
    ],
    ["FineGrainedFP8Config", /is a format that is not modelled/],
  ])("a base in %s is for a flag to decide", (format, words) => {
    for (const text of [lora("lora"), "base_model: org/m"])
      expect(readText(`${text}\nmodel_quantization_config: ${format}`).unread.base).toMatch(words);
  });
  test.each([
    ["", "on"],
    ["lora_dropout: 0.1\npeft_use_dora: true", "on"],
    ["fsdp_version: 2\nfsdp_config: { reshard_after_forward: true }", "on"],
    ["trust_remote_code: false\nlora_mlp_kernel:", "on"],
    ["rl: dpo", "off"],
    ["trust_remote_code: true", "off"],
    ["load_in_8bit: true", "off"],
    ["fsdp_config: { fsdp_sharding_strategy: FULL_SHARD }", "off"],
    // one that is set keeps axolotl from turning on the others
    ["lora_mlp_kernel: false", "off"],
    ["lora_embedding_kernel: true", "off"],
    ["lora_mlp_kernel: true", "feed-forward"],
    ["lora_o_kernel: true", "attention"],
    ["lora_qkv_kernel: true\nlora_mlp_kernel: false", "attention"],
    ["lora_mlp_kernel: true\nlora_qkv_kernel: true\nlora_o_kernel: true", "on"],
  ])("with %j LoRA kernels are %s", (lines, loraKernels) => {
    expect(readText(`${lora("lora")}\n${lines}`).settings.loraKernels).toBe(loraKernels);
  });
  test.each([
    ["plugins: [axolotl.integrations.liger.LigerPlugin]\nliger_rms_norm: true", true],
    ["plugins: [axolotl.integrations.liger.LigerPlugin]", false],
    ["liger_rms_norm: true", undefined],
  ])("with %j fused norms are %s", (lines, fusedNorms) => {
    expect(readText(`${lora("lora")}\n${lines}`).settings.fusedNorms).toBe(fusedNorms);
  });
  test("a switch in quotes is refused", () => {
    expect(() => readText(`${lora("lora")}\nsample_packing: "true"`)).toThrow(
      'sample_packing must be true or false, got "true"',
    );
  });
  test("all that is impossible is said at once", () => {
    const path = writtenConfig(
      "adapter: qlora\nbase_model: m\nlora_r: 0\nlora_dropout: 1.5\nmicro_batch_size: two\n" +
        "lora_target_linear: true\nload_in_8bit: true\nsample_packing: 3",
    );
    expect(() => readTrainingConfig(path)).toThrow(
      expect.objectContaining({
        name: "InputError",
        code: "E_CONFIG",
        message: [
          "lora_r must be a positive integer, got 0",
          "lora_dropout must be at least 0 and below 1, got 1.5",
          "load_in_8bit must be false with adapter qlora, got true",
          "load_in_4bit must be true with adapter qlora, got nothing",
          'micro_batch_size must be a positive integer, got "two"',
          "sample_packing must be true or false, got 3",
        ]
          .map((problem) => `${path}: ${problem}`)
          .join("\n"),
      }),
    );
  });
});
