import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { isTrainingConfig, readTrainingConfig } from "../src/memory/dialects/detect.ts";
import { temporaryFolder } from "./cli.ts";

const fixture = (name: string): string =>
  fileURLToPath(new URL(`fixtures/dialects/${name}`, import.meta.url));

function written(text: string, name = "config.yaml"): string {
  const path = join(temporaryFolder(), name);
  writeFileSync(path, text);
  return path;
}
const read = (text: string, name?: string) => readTrainingConfig(written(text, name));

describe("PEFT", () => {
  test("an adapter_config.json says adapter and model, and nothing of the run", () => {
    const config = readTrainingConfig(fixture("adapter_config.json"));
    expect(config).toMatchObject({
      dialect: "peft",
      profile: "peft",
      method: "lora",
      model: "org/small-llama",
      rank: 16,
      targets: ["q_proj", "v_proj"],
      settings: { dropout: 0.05 },
      unread: {},
    });
    expect(Object.keys(config)).not.toContain("base");
    expect(config.notes).toContain("r 16 → rank 16");
    expect(config.notes.join("\n")).toMatch(/use_dora true is not modelled/);
    expect(config.notes.join("\n")).toMatch(
      /rank_pattern .*32.* is not modelled: these layers have other ranks/,
    );
    // false, "none", {} and null are how the tool writes what is not used
    expect(config.remarks).toHaveLength(3);
  });
  test("its defaults are said", () => {
    const config = read('{"peft_type": "LORA", "target_modules": "all-linear"}', "adapter_config.json");
    expect(config).toMatchObject({ rank: 8, targets: "all-linear", settings: { dropout: 0 } });
    expect(config.notes).toContain("PEFT's default (r) → rank 8");
  });
  test.each([
    ["a regular expression", '".*(q|v)_proj"'],
    ["nothing", "null"],
  ])("targets of %s are for a flag to decide", (_, targets) => {
    const config = read(`{"peft_type": "LORA", "target_modules": ${targets}}`, "adapter_config.json");
    expect(config.targets).toBeUndefined();
    expect(config.unread.targets).toContain("target_modules");
  });
  test("another kind of adapter is refused by name", () => {
    expect(() => read('{"peft_type": "IA3", "target_modules": ["k_proj"]}')).toThrow(
      expect.objectContaining({
        code: "E_CONFIG",
        message: expect.stringContaining('peft_type must be LORA, got "IA3"'),
      }),
    );
  });
});

describe("Axolotl", () => {
  test("a QLoRA run", () => {
    const config = readTrainingConfig(fixture("axolotl-qlora.yaml"));
    expect(config).toMatchObject({
      dialect: "axolotl",
      method: "lora",
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
        adapterDtype: "fp32",
        optimizer: "adamw",
        checkpointing: "on",
        packing: true,
      },
    });
    expect(config.notes).toEqual(
      expect.arrayContaining([
        "lora_r 32 → rank 32",
        "load_in_4bit true, axolotl's default double quantisation → base nf4-dq",
        "lora_target_linear true → targets all-linear",
        "deepspeed deepspeed_configs/zero2.json is not modelled: it splits memory over devices",
      ]),
    );
    expect(config.notes.join("\n")).toMatch(/optimizer paged_adamw_32bit: .* paging/);
    expect(config.notes.join("\n")).not.toMatch(/fsdp|LoRA kernels/);
  });
  test("its defaults are said, and an absent adapter is full training", () => {
    const config = read("base_model: org/m\nlearning_rate: 1e-5");
    expect(config).toMatchObject({
      method: "full",
      base: "bf16",
      microBatch: 1,
      seq: 512,
      settings: { optimizer: "adamw", checkpointing: "off", packing: false, loss: "full" },
    });
    expect(config.rank).toBeUndefined();
    expect(config.notes).toContain("axolotl's default (sequence_len) → length 512");
  });
  test.each([
    ["bnb_config_kwargs: { bnb_4bit_use_double_quant: false }", "nf4"],
    ["bnb_config_kwargs: { bnb_4bit_use_double_quant: true }", "nf4-dq"],
  ])("%s is a base in %s", (line, base) => {
    expect(read(`${lora("qlora")}\nload_in_4bit: true\n${line}`).base).toBe(base);
  });
  test.each([
    ["load_in_8bit: true", "int8"],
    ["bf16: true", "bf16"],
    ["fp16: true", "fp16"],
    ["bf16: false", "fp32"],
    // quantised to 4 bits under qlora only
    ["load_in_4bit: true", "bf16"],
  ])("adapter lora with %s is a base in %s", (line, base) => {
    expect(read(`${lora("lora")}\n${line}`).base).toBe(base);
  });
  test.each([
    ["adamw_bnb_8bit", "adamw-8bit"],
    ["paged_adamw_8bit", "paged-adamw-8bit"],
    ["adamw_torch_fused", "adamw"],
    ["lion_32bit", "lion"],
    ["adafactor", "adafactor"],
    ["sgd", "sgd"],
  ])("optimizer %s is %s", (name, optimizer) => {
    expect(read(`${lora("lora")}\noptimizer: ${name}`).settings.optimizer).toBe(optimizer);
  });
  test("an optimiser without a name here is for a flag to decide", () => {
    const config = read(`${lora("lora")}\noptimizer: muon`);
    expect(config.settings.optimizer).toBeUndefined();
    expect(config.unread.optimizer).toContain("optimizer muon");
  });
  test.each([
    ["gradient_checkpointing: offload", "offload"],
    ["gradient_checkpointing: true\nactivation_offloading: true", "offload"],
    ["gradient_checkpointing: false", "off"],
  ])("%s is checkpointing %s", (lines, checkpointing) => {
    expect(read(`${lora("lora")}\n${lines}`).settings.checkpointing).toBe(checkpointing);
  });
  test.each([
    ["liger_fused_linear_cross_entropy: true", "fused"],
    ["chunked_cross_entropy: true", "chunked"],
    ["plugins: [axolotl.integrations.liger.LigerPlugin]", "full"],
    ["plugins: [x.CutCrossEntropyPlugin]\ncut_cross_entropy: false", "full"],
  ])("%s is loss %s", (lines, loss) => {
    expect(read(`${lora("lora")}\n${lines}`).settings.loss).toBe(loss);
  });
  test.each([
    ["sdp_attention: true", "sdpa"],
    ["attn_implementation: eager", "eager"],
    ["attn_implementation: flash_attention_3", "flash"],
  ])("%s is attention %s", (line, attention) => {
    expect(read(`${lora("lora")}\n${line}`).settings.attention).toBe(attention);
  });
  test("all that is impossible is said at once", () => {
    const path = written(
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

const lora = (adapter: string): string =>
  `base_model: org/m\nadapter: ${adapter}\nlora_r: 4\nlora_target_linear: true`;

describe("LLaMA-Factory", () => {
  test("a QLoRA run", () => {
    const config = readTrainingConfig(fixture("llama-factory-qlora.yaml"));
    expect(config).toMatchObject({
      dialect: "llama-factory",
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
        "LLaMA-Factory's default (lora_dropout) → dropout 0",
        "upcast_layernorm true is not modelled: norms are fp32",
      ]),
    );
  });
  test("its defaults are said", () => {
    const config = read("model_name_or_path: org/m\ntemplate: llama3\nbf16: true");
    expect(config).toMatchObject({
      method: "lora",
      rank: 8,
      targets: "all-linear",
      base: "bf16",
      microBatch: 8,
      seq: 2048,
      settings: { checkpointing: "on", loss: "full", optimizer: "adamw" },
    });
    expect(config.settings.attention).toBeUndefined();
    expect(config.notes).toContain("transformers' default (per_device_train_batch_size) → micro-batch 8");
  });
  test.each([
    ["quantization_bit: 8", "int8"],
    ["quantization_bit: 4\ndouble_quantization: false", "nf4"],
    ["pure_bf16: true", "bf16"],
    ["fp16: true", "fp16"],
  ])("%s is a base in %s", (lines, base) => {
    expect(read(`model_name_or_path: m\nlora_rank: 4\n${lines}`).base).toBe(base);
  });
  test("layers by name, full training, and what takes the optimiser's place", () => {
    expect(read("model_name_or_path: m\nlora_target: q_proj, v_proj").targets).toEqual(["q_proj", "v_proj"]);
    const full = read("model_name_or_path: m\nfinetuning_type: full\nuse_galore: true\nbf16: true");
    expect(full).toMatchObject({ method: "full", base: "bf16" });
    expect(full.rank).toBeUndefined();
    expect(full.unread.optimizer).toContain("use_galore");
  });
  test("what is impossible", () => {
    expect(() =>
      read("model_name_or_path: m\nfinetuning_type: oft\nquantization_bit: 3\ncutoff_len: -1"),
    ).toThrow(
      /finetuning_type must be one of lora, full, got "oft"\n.*quantization_bit must be 4 or 8 with bitsandbytes, got 3\n.*cutoff_len must be a positive integer, got -1$/,
    );
  });
});

describe("torchtune", () => {
  test("a LoRA run, under the names that the model has on the hub", () => {
    const config = readTrainingConfig(fixture("torchtune-lora.yaml"));
    expect(config).toMatchObject({
      dialect: "torchtune",
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
      },
    });
    expect(config.notes).toContain("compile true is not modelled: compiled code keeps fewer activations");
  });
  const recipe = (builder: string, lines = ""): string =>
    `model:\n  _component_: torchtune.models.${builder}\n  lora_attn_modules: [q_proj]\n${lines}\ndtype: bf16`;

  test("a qlora builder holds the base in NF4 with double quantisation; defaults are said", () => {
    const config = read(recipe("llama3_1.qlora_llama3_1_8b"));
    expect(config).toMatchObject({
      model: "meta-llama/Meta-Llama-3.1-8B-Instruct",
      rank: 8,
      targets: ["q_proj"],
      base: "nf4-dq",
      settings: { checkpointing: "off", packing: false, kbitPrepare: false },
    });
    expect(config.notes).toContain("torchtune's default (model.lora_rank) → rank 8");
    expect(read(recipe("llama3_1.lora_llama3_1_8b", "  quantize_base: true")).base).toBe("nf4-dq");
    expect(read(recipe("llama3_1.qlora_llama3_1_8b", "  quantize_base: false")).base).toBe("bf16");
  });
  test("the head by its name, and a folder before the hub where it has the model", () => {
    const folder = join(temporaryFolder(), "llama");
    mkdirSync(folder);
    writeFileSync(join(folder, "config.json"), "{}");
    const config = read(
      `${recipe("llama3_2.lora_llama3_2_1b", "  apply_lora_to_output: true")}\ncheckpointer: { checkpoint_dir: ${folder} }`,
    );
    expect(config).toMatchObject({ model: folder, targets: ["q_proj", "lm_head"] });
  });
  test("a builder without lora_ trains all weights; one that is no single model names none", () => {
    expect(read(recipe("qwen2_5.qwen2_5_3b"))).toMatchObject({ method: "full", base: "bf16" });
    const vision = read(recipe("llama3_2_vision.lora_llama3_2_vision_11b"));
    expect(vision.method).toBe("lora");
    expect(vision.model).toBeUndefined();
  });
  test("layers that torchtune splits are for a flag to decide", () => {
    const config = read(recipe("phi3.lora_phi3_mini"));
    expect(config.targets).toBeUndefined();
    expect(config.unread.targets).toContain("torchtune splits layers that are one in the hub's phi3");
  });
  test("what is impossible", () => {
    expect(() =>
      read(
        "model:\n  _component_: torchtune.models.llama3.lora_llama3_8b\n  lora_attn_modules: [o_proj]\ndtype: fp16\n" +
          "dataset: { packed: true }\nenable_activation_offloading: true",
      ),
    ).toThrow(
      /dtype must be one of bf16, fp32, got "fp16"\n.*model\.lora_attn_modules must be a list of q_proj, .*, got o_proj\n.*tokenizer\.max_seq_len must be a positive integer with dataset\.packed, got nothing\n.*enable_activation_checkpointing must be true with enable_activation_offloading/,
    );
  });
});

describe("which dialect", () => {
  test("a file of none says which keys were looked for, and which it has", () => {
    const path = written("model: starter\nranks: [4, 8]");
    expect(() => readTrainingConfig(path)).toThrow(
      expect.objectContaining({
        code: "E_CONFIG",
        message: expect.stringMatching(
          /peft_type.*\(PEFT\).*model\._component_ \(torchtune\).*model_name_or_path with .*\(LLaMA-Factory\).*base_model.*\(Axolotl\); got the keys model, ranks$/,
        ),
      }),
    );
    expect(() => read("")).toThrow(/got no keys$/);
  });
  test("YAML is read as the tools read it, and what is no YAML is an error", () => {
    expect(read("base_model: m\nsample_packing: yes\nsequence_len: 5\nsequence_len: 6")).toMatchObject({
      seq: 6,
      settings: { packing: true },
    });
    expect(() => read("base_model: [")).toThrow(expect.objectContaining({ code: "E_YAML" }));
    expect(() => readTrainingConfig("/nonexistent.yaml")).toThrow(/the training config must be a YAML file/);
  });
  test("a model's own config.json is no training config", () => {
    expect(isTrainingConfig(fixture("adapter_config.json"))).toBe(true);
    expect(isTrainingConfig(fixture("torchtune-lora.yaml"))).toBe(true);
    expect(isTrainingConfig(written('{"model_type": "llama", "hidden_size": 16}', "config.json"))).toBe(
      false,
    );
    expect(isTrainingConfig(written("{", "config.json"))).toBe(false);
    expect(isTrainingConfig("org/model")).toBe(false);
  });
});
