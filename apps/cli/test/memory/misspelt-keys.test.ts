import { describe, expect, test } from "vitest";
import { effects } from "../../src/commands/memory/effects.ts";
import { meantBy, ownPaths } from "../../src/commands/memory/known-keys.ts";
import { readTrainingConfig } from "../../src/commands/memory/read-training-config.ts";
import { words } from "../../src/tools/reading.ts";
import { readings } from "../../src/tools/readings.ts";
import { configFixture, configFixtures, readText, toolPaths } from "../training-configs.ts";

const toolNames = [...readings.keys()];
const readingOf = (tool: string) => readings.get(tool as (typeof toolNames)[number])!;
const axolotl = "base_model: org/m\nadapter: lora\nlora_r: 8\nlora_target_linear: true";
const llamaFactory = "model_name_or_path: org/m\ntemplate: llama3\nbf16: true";
const trl = "model_name_or_path: org/m\nuse_peft: true\nmax_length: 512";
const torchtune =
  "model: { _component_: torchtune.models.llama3.lora_llama3_8b, lora_attn_modules: [q_proj] }\ndtype: bf16";
const peft = 'peft_type: LORA\ntarget_modules: ["q_proj"]';

describe("a key that its tool does not know", () => {
  test.each([
    [axolotl, "sequence_length: 8192", "sequence_len"],
    [axolotl, "micro_batch: 16", "micro_batch_size"],
    [axolotl, "gradient_checkpoint: true", "gradient_checkpointing"],
    [axolotl, "sample-packing: true", "sample_packing"],
    [axolotl, "deepspead: zero3.json", "deepspeed"],
    [
      axolotl,
      "bnb_config_kwargs: { bnb_4bit_use_double_quants: false }",
      "bnb_config_kwargs.bnb_4bit_use_double_quant",
    ],
    [llamaFactory, "lora_ranks: 64", "lora_rank"],
    [llamaFactory, "per_device_batch_size: 4", "per_device_train_batch_size"],
    [llamaFactory, "quantisation_bit: 4", "quantization_bit"],
    [torchtune.replace("] }", "], lora_rnk: 64 }"), "", "model.lora_rank"],
    [torchtune, "tokenizer: { max_sequence_len: 4096 }", "tokenizer.max_seq_len"],
    [torchtune, "enable_activation_checkpoint: true", "enable_activation_checkpointing"],
    [peft, "lora_droput: 0.1", "lora_dropout"],
    [peft, "use_dorra: true", "use_dora"],
  ])("is refused where memory depends on what was meant (%#)", (text, line, meant) => {
    expect(() => readText(`${text}\n${line}`)).toThrow(
      expect.objectContaining({
        code: "E_CONFIG",
        message: expect.stringMatching(
          new RegExp(`: unknown key ".*"\\. Did you mean ${meant.replaceAll(".", "\\.")}\\?$`),
        ),
      }),
    );
  });

  test.each([
    ["cutoff_len", "sequence_len", axolotl],
    ["max_seq_length", "sequence_len", axolotl],
    ["per_device_train_batch_size", "micro_batch_size", axolotl],
    ["optim", "optimizer", axolotl],
    ["packing", "sample_packing", axolotl],
    ["lora_rank", "lora_r", axolotl.replace("lora_r: 8", "sequence_len: 8")],
    ["lora_r", "lora_rank", llamaFactory],
    ["sequence_len", "cutoff_len", llamaFactory],
    ["target_modules", "lora_target", llamaFactory],
    ["micro_batch_size", "batch_size", torchtune],
    ["max_seq_length", "tokenizer.max_seq_len", torchtune],
    ["lora_rank", "r", peft],
    ["lora_rank", "lora_r", trl],
    ["micro_batch_size", "per_device_train_batch_size", trl],
  ])("is refused where another tool calls it %s (%#)", (key, meant, text) => {
    expect(() => readText(`${text}\n${key}: 1`)).toThrow(`Did you mean ${meant}?`);
  });

  test("is refused together with all else that is wrong", () => {
    expect(() => readText(`${axolotl}\nsequence_length: 8192\nmicro_batch: 2\nsample_packing: 3`)).toThrow(
      /"sequence_length".*\n.*"micro_batch".*\n.*sample_packing must be true or false, got 3$/,
    );
  });

  test("is passed over where the estimate does not depend on it", () => {
    const text = `${axolotl}\nlora_alpa: 16\nmy_note: x\nsequence_len: 512\nsequence_length: 512\nempty:`;
    expect(readText(text).seq).toBe(512);
  });

  test.each(toolNames)("is found by two swapped letters in each field of %s that is read", (tool) => {
    const accelerate = "compute_environment: LOCAL_MACHINE";
    const bases = { axolotl, "llama-factory": llamaFactory, trl, torchtune, peft, accelerate };
    const base = bases[tool as keyof typeof bases];
    const known = toolPaths(tool);
    const misspelt = readingOf(tool)
      .rows.flatMap(([path]) => path)
      .filter((path) => path.length > 4 && !path.includes(".") && !new RegExp(`^${path}:`, "m").test(base))
      .map((path) => {
        const middle = Math.floor(path.length / 2);
        return [path, path.slice(0, middle - 1) + path[middle] + path[middle - 1] + path.slice(middle + 1)];
      })
      .filter(([path, swapped]) => swapped !== path && !known.includes(swapped!));
    expect(misspelt.length).toBeGreaterThan(0);
    for (const [path, swapped] of misspelt) {
      expect(() => readText(`${base}\n${swapped}: 1`), swapped).toThrow(`Did you mean ${path}?`);
    }
  });
});

describe("a key that its tool knows", () => {
  test.each(toolNames)("is not taken for a misspelling of one that is near (%s)", (tool) => {
    const own = ownPaths(readingOf(tool));
    const taken = toolPaths(tool).filter(
      (path) => !own.has(path) && meantBy(path, readingOf(tool), readings),
    );
    expect(taken).toEqual([]);
  });
  test.each(toolNames)("is a lookalike only if it would be taken for another (%s)", (tool) => {
    const alone = { ...readingOf(tool), lookalikes: "" };
    const needless = words(readingOf(tool).lookalikes).filter((path) => !meantBy(path, alone, readings));
    expect(needless).toEqual([]);
  });
  test.each(configFixtures)("or that others refer to, is read in a whole file (%s)", (name) => {
    expect(() => readTrainingConfig(configFixture(name))).not.toThrow();
  });
});

test("decides which tool a config is of, where it has the keys of two", () => {
  expect(() =>
    readText(`${axolotl.replace("lora_target_linear: true", "target_modules: [q_proj]")}`),
  ).toThrow('unknown key "target_modules". Did you mean lora_target_modules?');
});

describe("the paths that are read", () => {
  test.each(toolNames)("are ones that %s knows", (tool) => {
    const known = toolPaths(tool);
    expect(new Set(known).size).toBe(known.length);
    const { keys, otherKeys = [], rows, lookalikes, notCounted } = readingOf(tool);
    const ofRows = [...rows.flatMap(([path]) => path), ...notCounted.flatMap(({ path }) => path || [])];
    const paths = [...keys, ...otherKeys, ...ofRows, ...words(lookalikes)];
    expect(known).toEqual(expect.arrayContaining(paths));
  });
  test("are ones that some tool knows where they are not modelled", () => {
    const known = toolNames.flatMap(toolPaths);
    expect(known).toEqual(expect.arrayContaining(effects.flatMap(({ paths }) => words(paths))));
  });
});
