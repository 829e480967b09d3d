import { answerSentence, matchCatalogueModel } from "@lorank/core/memory";
import { describe, expect, test } from "vitest";
import { memoryChoices, readMemoryFlags } from "../../src/commands/memory/choices.ts";
import { modelMemory } from "../../src/commands/memory/estimate.ts";
import { flagsOf } from "../../src/commands/memory/print-card.ts";
import { readText } from "../training-configs.ts";

const choicesOf = (flags: Record<string, string>, file?: string) =>
  memoryChoices(readMemoryFlags(flags), file === undefined ? {} : { training: readText(file) });

describe("several cards", () => {
  test.each([
    ["2x24GB", 2, 24e9, "2 × 24 GB"],
    ["4xa100-80gb", 4, 80e9, "4 × A100 80GB"],
    ["8 x 40GiB", 8, 40 * 2 ** 30, "8 × 40 GiB"],
    ["2×4090", 2, 24e9, "2 × RTX 4090 (24 GB)"],
  ])("--gpu %s is %i cards of %i bytes", (gpu, count, bytes, label) => {
    expect(choicesOf({ gpu }).gpu).toMatchObject({ text: gpu, count, bytes, label });
    expect(choicesOf({ gpu }).cards).toEqual({ count, strategy: "ddp" });
  });

  test("1x is one card, and 0x, or a number of nothing, is none", () => {
    expect(choicesOf({ gpu: "1x24GB" }).cards).toBeUndefined();
    for (const gpu of ["0x24GB", "2x", "x24GB", "2x24", "-2x24GB"])
      expect(() => choicesOf({ gpu }), gpu).toThrow("--gpu must be a card's memory");
  });

  test("a strategy needs several", () => {
    expect(choicesOf({ gpu: "2x24GB", strategy: "zero3" }).cards).toEqual({ count: 2, strategy: "zero3" });
    for (const flags of [{ strategy: "fsdp" }, { strategy: "fsdp", gpu: "24GB" }] as Record<string, string>[])
      expect(() => choicesOf(flags)).toThrow(
        "--strategy must be left out for a single card (2x24GB is two for --gpu), got fsdp",
      );
    expect(() => choicesOf({ gpu: "2x24GB", strategy: "zero4" })).toThrow("--strategy must be ddp, zero1,");
  });

  test("the answer is of one of them, and has no measurement of a single card beside it", () => {
    const { config } = matchCatalogueModel("llama-3.1-8b")!.model;
    const flags = { gpu: "2x24GB", strategy: "fsdp", ranks: "8", checkpointing: "on" };
    const found = modelMemory({ name: "llama-3.1-8b", config }, undefined, readMemoryFlags(flags));
    expect(answerSentence([found], flagsOf)).toMatch(
      /^llama-3\.1-8b, 1 × 1,024 tokens, on each of 2 × 24 GB with fsdp: rank 8 with LoRA and gradient checkpointing fits/,
    );
    expect(found.results[0]?.nearest).toBeUndefined();
    expect(found).toMatchObject({ cards: { count: 2, strategy: "fsdp" } });
  });
});

describe("accelerate's own config", () => {
  const config = (lines: string) => `compute_environment: LOCAL_MACHINE\nnum_processes: 4\n${lines}`;
  const fsdp = (options: string) => config(`distributed_type: FSDP\nfsdp_config: { ${options} }`);
  const deepspeed = (options: string) =>
    config(`distributed_type: DEEPSPEED\ndeepspeed_config: { ${options} }`);

  test.each([
    [config("distributed_type: MULTI_GPU"), "ddp"],
    [fsdp("fsdp_sharding_strategy: FULL_SHARD, fsdp_offload_params: false"), "fsdp"],
    [fsdp("fsdp_sharding_strategy: 2"), "zero2"],
    [fsdp("fsdp_sharding_strategy: NO_SHARD"), "ddp"],
    [fsdp("fsdp_version: 2, fsdp_reshard_after_forward: true"), "fsdp"],
    [fsdp("fsdp_version: 2, fsdp_reshard_after_forward: false"), "zero2"],
    [deepspeed("zero_stage: 3, offload_optimizer_device: none, zero3_init_flag: true"), "zero3"],
    [deepspeed("zero_stage: 1"), "zero1"],
    [deepspeed("gradient_clipping: 1"), "zero2"],
    [deepspeed("deepspeed_config_file: conf/zero3_bf16.json"), "zero3"],
  ])("says how many cards there are, and what they share (%#)", (file, strategy) => {
    expect(readText(file)).toMatchObject({ tool: "accelerate", cards: 4, strategy });
    expect(choicesOf({}, file).cards).toEqual({ count: 4, strategy });
    const { gpu, cards } = choicesOf({ gpu: "a100-80gb" }, file);
    expect([gpu?.label, cards?.count]).toEqual(["4 × A100 80GB", 4]);
    expect(choicesOf({ gpu: "2x24GB" }, file).cards?.count).toBe(2);
  });

  test.each([
    [deepspeed("zero_stage: 3, offload_param_device: cpu"), "keeps a part in the host's memory"],
    [fsdp("fsdp_offload_params: true"), "keeps a part in the host's memory"],
    [fsdp("fsdp_sharding_strategy: HYBRID_SHARD"), "is a hybrid shard that is not modelled"],
    [config("distributed_type: MEGATRON_LM"), "is a way to share that is not modelled"],
  ])("must be decided by a flag where it is not modelled (%#)", (file, reason) => {
    expect(() => choicesOf({}, file)).toThrow(new RegExp(`--strategy must be given: .*${reason}`));
  });

  test("one process is one card, whose answer names no cards", () => {
    const file = "distributed_type: 'NO'\nnum_processes: 1\n";
    expect(choicesOf({ gpu: "24GB" }, file)).toMatchObject({
      cards: undefined,
      gpu: { label: "24 GB card" },
    });
  });

  test("says too what is accumulated, checkpointed and not modelled", () => {
    expect(readText(deepspeed("zero_stage: 2, gradient_accumulation_steps: 4")).settings).toEqual({
      accumulation: true,
    });
    expect(readText(fsdp("fsdp_activation_checkpointing: true")).settings).toEqual({ checkpointing: "on" });
    const parallel = "parallelism_config: { parallelism_config_tp_size: 2, parallelism_config_cp_size: 1 }";
    expect(readText(`${fsdp("fsdp_version: 2")}\n${parallel}`).notCounted).toEqual([
      {
        what: "memory split over devices",
        direction: "either",
        from: "parallelism_config.parallelism_config_tp_size 2",
      },
    ]);
    expect(() => readText(deepspeed("zero_stage: 4"))).toThrow(
      "deepspeed_config must be of ZeRO's stage 0 to 3",
    );
    expect(() => readText("distributed_type: FSPD\nnum_processes: 2")).toThrow(
      "distributed_type must be one of",
    );
  });
});

describe("what a training config says of several cards", () => {
  const axolotl = (lines: string) =>
    `base_model: org/m\nadapter: lora\nlora_r: 4\nlora_target_linear: true\n${lines}`;
  const llamaFactory = (lines: string) => `model_name_or_path: org/m\nlora_rank: 4\n${lines}`;

  test.each([
    ["deepspeed: deepspeed_configs/zero1.json", "zero1"],
    ["deepspeed: deepspeed_configs/zero2_torch_compile.json", "zero2"],
    ["deepspeed: deepspeed_configs/zero3_bf16.json", "zero3"],
    ["deepspeed: examples/deepspeed/ds_z0_config.json", "ddp"],
    ["deepspeed: examples/deepspeed/ds_z3_config.json", "zero3"],
    ["deepspeed: { zero_optimization: { stage: 2 } }", "zero2"],
    ["fsdp: [full_shard, auto_wrap]", "fsdp"],
    ["fsdp: full_shard auto_wrap", "fsdp"],
    ["fsdp: shard_grad_op auto_wrap", "zero2"],
    ["fsdp_config: { fsdp_sharding_strategy: SHARD_GRAD_OP }", "zero2"],
    ["fsdp_config: { state_dict_type: FULL_STATE_DICT }", "fsdp"],
  ])("%s is %s", (line, strategy) => {
    for (const file of [axolotl(line), llamaFactory(line)]) {
      expect(readText(file).strategy, file).toBe(strategy);
      expect(choicesOf({ gpu: "2x24GB" }, file).cards).toEqual({ count: 2, strategy });
    }
  });

  test.each([
    ["deepspeed: deepspeed_configs/zero3_bf16_cpuoffload_all.json", "keeps a part in the host's memory"],
    [
      "deepspeed: { zero_optimization: { stage: 3, offload_param: { device: cpu } } }",
      "keeps a part in the host's",
    ],
    ["fsdp: full_shard auto_wrap offload", "keeps a part in the host's memory"],
    ["fsdp_config: { offload_params: true }\nfsdp: full_shard", "keeps a part in the host's memory"],
    ["fsdp: hybrid_shard", "is a hybrid shard that is not modelled"],
    ["deepspeed: my.json", "does not say the stage in its name"],
  ])("%s must be decided by a flag", (line, reason) => {
    for (const file of [axolotl(line), llamaFactory(line)]) {
      expect(() => choicesOf({ gpu: "2x24GB" }, file)).toThrow(
        new RegExp(`--strategy must be given: .*${reason}`),
      );
      expect(choicesOf({ gpu: "2x24GB", strategy: "fsdp" }, file).cards?.strategy).toBe("fsdp");
      expect(choicesOf({ gpu: "24GB" }, file).cards).toBeUndefined();
    }
  });
});
