import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { temporaryFolder } from "../../../../scripts/temporary-folder.ts";
import { isTrainingConfig } from "../../src/commands/memory/model-config.ts";
import { readTrainingConfig } from "../../src/commands/memory/read-training-config.ts";
import { configFixture, readText, writtenConfig } from "../training-configs.ts";

describe("PEFT", () => {
  test("an adapter_config.json says adapter and model, and nothing of the run", () => {
    const config = readTrainingConfig(configFixture("peft/adapter_config.json"));
    expect(config).toMatchObject({
      tool: "peft",
      profile: "peft",
      method: "lora",
      model: "org/small-llama",
      rank: 16,
      targets: ["q_proj", "v_proj"],
      settings: { dropout: 0.05, variant: "dora" },
      unread: {},
    });
    expect(Object.keys(config)).not.toContain("base");
    expect(config.notes).toContain("r 16 → rank 16");
    expect(config.notes.join("\n")).toMatch(/rank_pattern .*32.* → not counted: other ranks of some layers/);
    // false, "none", {} and null are how the tool writes what is not used
    expect(config.notCounted).toHaveLength(1);
    expect(config.remarks).toHaveLength(1);
  });
  test("its defaults are said", () => {
    const config = readText('{"peft_type": "LORA", "target_modules": "all-linear"}', "adapter_config.json");
    expect(config).toMatchObject({ rank: 8, targets: "all-linear", settings: { dropout: 0 } });
    expect(config.notes).toContain("PEFT's default (no r) → rank 8");
  });
  test("targets of a regular expression are a pattern", () => {
    const config = readText('{"peft_type": "LORA", "target_modules": ".*(q|v)_proj"}', "adapter_config.json");
    expect(config.targets).toEqual(/.*(q|v)_proj/);
    expect(config.notes).toContain("target_modules .*(q|v)_proj → targets /.*(q|v)_proj/");
  });
  test.each([
    ["Python's own regular expression", '"(?P<name>q_proj)"'],
    ["a regular expression that could take forever", '"(.+)+_proj"'],
    ["nothing", "null"],
  ])("targets of %s are for a flag to decide", (_, targets) => {
    const config = readText(`{"peft_type": "LORA", "target_modules": ${targets}}`, "adapter_config.json");
    expect(config.targets).toBeUndefined();
    expect(config.unread.targets).toContain("target_modules");
  });
  test("another kind of adapter is refused by name", () => {
    expect(() => readText('{"peft_type": "IA3", "target_modules": ["k_proj"]}')).toThrow(
      expect.objectContaining({
        code: "E_CONFIG",
        message: expect.stringContaining('peft_type must be LORA, got "IA3"'),
      }),
    );
  });
});

describe("LLaMA-Factory", () => {
  test("a QLoRA run", () => {
    const config = readTrainingConfig(configFixture("llama-factory/config.yaml"));
    expect(config).toMatchObject({
      tool: "llama-factory",
      method: "lora",
      model: "org/small-llama",
      rank: 8,
      targets: "all-linear",
      base: "nf4-dq",
      microBatch: 1,
      seq: 1024,
      settings: {
        loss: "fused",
        attention: "flash",
        dropout: 0,
        adapterDtype: "fp32",
        kbitPrepare: false,
        optimizer: "adamw-8bit",
        checkpointing: "on",
        packing: false,
      },
    });
    expect(config.notes).toEqual(
      expect.arrayContaining([
        "lora_target all → targets all-linear",
        "LLaMA-Factory's default (no lora_dropout) → dropout 0",
        "upcast_layernorm true → not counted: norms in fp32",
      ]),
    );
  });
  test("its defaults are said", () => {
    const config = readText("model_name_or_path: org/m\ntemplate: llama3\nbf16: true");
    expect(config).toMatchObject({
      method: "lora",
      rank: 8,
      targets: "all-linear",
      base: "bf16",
      microBatch: 8,
      seq: 2048,
      settings: { checkpointing: "on", loss: "full", optimizer: "adamw-fused" },
    });
    expect(config.settings.attention).toBeUndefined();
    expect(config.notes).toContain("transformers' default (no per_device_train_batch_size) → micro-batch 8");
  });
  test.each([
    ["quantization_bit: 8", "int8"],
    ["quantization_bit: 4\ndouble_quantization: false", "nf4"],
    ["pure_bf16: true", "bf16"],
    ["fp16: true", "fp16"],
  ])("%s is a base in %s", (lines, base) => {
    expect(readText(`model_name_or_path: m\nlora_rank: 4\n${lines}`).base).toBe(base);
  });
  test("layers by name, full training, and what takes the optimiser's place", () => {
    expect(readText("model_name_or_path: m\nlora_target: q_proj, v_proj").targets).toEqual([
      "q_proj",
      "v_proj",
    ]);
    const full = readText("model_name_or_path: m\nfinetuning_type: full\nuse_galore: true\nbf16: true");
    expect(full).toMatchObject({ method: "full", base: "bf16" });
    expect(full.rank).toBeUndefined();
    expect(full.settings.optimizer).toBe("adamw-fused");
    expect(full.notCounted).toMatchObject([{ direction: "less", from: "use_galore true" }]);
  });
  test("what is impossible", () => {
    expect(() =>
      readText("model_name_or_path: m\nfinetuning_type: oft\nquantization_bit: 3\ncutoff_len: -1"),
    ).toThrow(
      /finetuning_type must be one of lora, full, got "oft"\n.*quantization_bit must be 4 or 8 with bitsandbytes, got 3\n.*cutoff_len must be a positive integer, got -1$/,
    );
  });
});

describe("torchtune", () => {
  test("a LoRA run, under the names that the model has on the hub", () => {
    const config = readTrainingConfig(configFixture("torchtune/config.yaml"));
    expect(config).toMatchObject({
      tool: "torchtune",
      method: "lora",
      model: "meta-llama/Llama-3.2-3B-Instruct",
      rank: 64,
      targets: ["q_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj"],
      base: "bf16",
      microBatch: 4,
      seq: 2048,
      settings: {
        loss: "chunked",
        dropout: 0,
        adapterDtype: "bf16",
        optimizer: "paged-adamw-8bit",
        checkpointing: "on",
        packing: true,
        compile: true,
      },
    });
    expect(config.notes).toContain("compile true → compile true");
  });
  const recipe = (builder: string, lines = ""): string =>
    `model:\n  _component_: torchtune.models.${builder}\n  lora_attn_modules: [q_proj]\n${lines}\ndtype: bf16`;

  test("a qlora builder holds the base in NF4 with double quantisation; defaults are said", () => {
    const config = readText(recipe("llama3_1.qlora_llama3_1_8b"));
    expect(config).toMatchObject({
      model: "meta-llama/Meta-Llama-3.1-8B-Instruct",
      rank: 8,
      targets: ["q_proj"],
      base: "nf4-dq",
      settings: { checkpointing: "off", packing: false, kbitPrepare: false },
    });
    expect(config.notes).toContain("torchtune's default (no model.lora_rank) → rank 8");
    expect(readText(recipe("llama3_1.lora_llama3_1_8b", "  quantize_base: true")).base).toBe("nf4-dq");
    expect(readText(recipe("llama3_1.qlora_llama3_1_8b", "  quantize_base: false")).base).toBe("bf16");
  });
  test("the head by its name, and a folder before the hub where it has the model", () => {
    const folder = join(temporaryFolder(), "llama");
    mkdirSync(folder);
    writeFileSync(join(folder, "config.json"), "{}");
    const config = readText(
      `${recipe("llama3_2.lora_llama3_2_1b", "  apply_lora_to_output: true")}\ncheckpointer: { checkpoint_dir: ${folder} }`,
    );
    expect(config).toMatchObject({ model: folder, targets: ["q_proj", "lm_head"] });
  });
  test("a builder without lora_ trains all weights; one that is no single model names none", () => {
    expect(readText(recipe("qwen2_5.qwen2_5_3b"))).toMatchObject({ method: "full", base: "bf16" });
    const vision = readText(recipe("llama3_2_vision.lora_llama3_2_vision_11b"));
    expect(vision.method).toBe("lora");
    expect(vision.model).toBeUndefined();
  });
  test.each([
    ["torch.optim.SGD", "sgd"],
    ["torch.optim.AdamW", "adamw"],
    ["torch.optim.AdamW, fused: true", "adamw-fused"],
    ["bitsandbytes.optim.PagedAdamW", "adamw-fused"],
    ["torchao.prototype.low_bit_optim.AdamW8bit", "adamw-8bit"],
  ])("%s is %s", (component, optimizer) => {
    const config = readText(`${recipe("gemma.lora_gemma_2b")}\noptimizer: { _component_: ${component} }`);
    expect(config).toMatchObject({ model: "google/gemma-2b", settings: { optimizer } });
  });
  test("momentum is said aloud", () => {
    const sgd = "optimizer: { _component_: torch.optim.SGD, momentum: 0.9 }";
    const config = readText(`${recipe("gemma.lora_gemma_2b")}\n${sgd}`);
    expect(config.notes.join("\n")).toContain(
      "momentum 0.9 → not counted: one state for each trained parameter, as much as --optimizer lion keeps",
    );
  });
  test("layers that torchtune splits are for a flag to decide", () => {
    const config = readText(recipe("phi3.lora_phi3_mini"));
    expect(config.targets).toBeUndefined();
    expect(config.unread.targets).toContain("torchtune splits layers that are one in the hub's phi3");
  });
  test("adapters of Phi-4 are on a copy whose layers are as apart as torchtune's", () => {
    const config = readText(recipe("phi4.lora_phi4_14b", "  apply_lora_to_mlp: true"));
    expect(config).toMatchObject({
      model: "unsloth/phi-4",
      targets: ["q_proj", "gate_proj", "up_proj", "down_proj"],
    });
    expect(readText(recipe("phi4.phi4_14b")).model).toBe("microsoft/phi-4");
  });
  test("what is impossible", () => {
    expect(() =>
      readText(
        "model:\n  _component_: torchtune.models.llama3.lora_llama3_8b\n  lora_attn_modules: [o_proj]\ndtype: fp16\n" +
          "dataset: { packed: true }\nenable_activation_offloading: true",
      ),
    ).toThrow(
      /dtype must be one of bf16, fp32, got "fp16"\n.*model\.lora_attn_modules must be a list of q_proj, .*, got o_proj\n.*tokenizer\.max_seq_len must be a positive integer with dataset\.packed, got nothing\n.*enable_activation_checkpointing must be true with enable_activation_offloading/,
    );
  });
});

describe("which tool", () => {
  test("a file of none says which keys were looked for, and which it has", () => {
    const path = writtenConfig("model: starter\nranks: [4, 8]");
    expect(() => readTrainingConfig(path)).toThrow(
      expect.objectContaining({
        code: "E_CONFIG",
        message: expect.stringMatching(
          /peft_type.*\(PEFT\).*base_model.*\(Axolotl\).*model_name_or_path with .*\(LLaMA-Factory\).*model\._component_ \(torchtune\).*distributed_type.*\(accelerate\); got the keys model, ranks$/,
        ),
      }),
    );
    expect(() => readText("")).toThrow(/got no keys$/);
  });
  test("YAML is read as the tools read it, and what is no YAML is an error", () => {
    expect(readText("base_model: m\nsample_packing: yes\nsequence_len: 5\nsequence_len: 6")).toMatchObject({
      seq: 6,
      settings: { packing: true },
    });
    expect(() => readText("base_model: [")).toThrow(expect.objectContaining({ code: "E_YAML" }));
    expect(() => readTrainingConfig("/nonexistent.yaml")).toThrow(/the training config must be a YAML file/);
  });
  test("what looks like another tool's file is none of these", () => {
    // LLaMA-Factory's v1, whose fields are others
    expect(() => readText("model: org/m\nmicro_batch_size: 1\npeft_config: { name: lora }")).toThrow(
      /got the keys/,
    );
  });
  test.each([
    // One key of Axolotl's, one of LLaMA-Factory's, and most of TRL's
    ["trl", "model_name_or_path: m\nlora_r: 8\nuse_peft: true\nlora_target_modules: [q_proj]\nbeta: 0.1"],
    ["trl", "model_name_or_path: m\nlearning_rate: 1e-4\nper_device_train_batch_size: 2"],
    ["llama-factory", "model_name_or_path: m\ntemplate: qwen\nper_device_train_batch_size: 2\noptim: sgd"],
    ["llama-factory", "model_name_or_path: m\nlora_rank: 8\npacking: true\ngradient_accumulation_steps: 2"],
    ["axolotl", "base_model: m\nlora_r: 8\nlearning_rate: 1e-4"],
    ["axolotl", "lora_r: 8\nlora_target_modules: [q_proj]"],
  ])("is %s where %j is the file", (tool, text) => {
    expect(readText(text).tool).toBe(tool);
  });
  test("a model's own config.json is no training config", async () => {
    expect(await isTrainingConfig(configFixture("peft/adapter_config.json"))).toBe(true);
    expect(await isTrainingConfig(configFixture("torchtune/config.yaml"))).toBe(true);
    const ofModel = writtenConfig('{"model_type": "llama", "hidden_size": 16}', "config.json");
    expect(await isTrainingConfig(ofModel)).toBe(false);
    expect(await isTrainingConfig(writtenConfig("{", "config.json"))).toBe(false);
    expect(await isTrainingConfig("org/model")).toBe(false);
  });
});
