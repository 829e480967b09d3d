import { describe, expect, test } from "vitest";
import type { TrainingConfig } from "../src/memory/dialects/training-config.ts";
import { withTrainingConfig } from "../src/memory/with-training-config.ts";

const config: TrainingConfig = {
  dialect: "axolotl",
  profile: "axolotl",
  model: "org/m",
  method: "lora",
  rank: 32,
  targets: ["q_proj", "v_proj"],
  base: "nf4-dq",
  microBatch: 2,
  seq: 4096,
  settings: { optimizer: "adamw-8bit", packing: true },
  origins: {
    model: "base_model org/m",
    rank: "lora_r 32",
    targets: "lora_target_modules q_proj,v_proj",
    base: "load_in_4bit true",
    microBatch: "micro_batch_size 2",
    seq: "sequence_len 4096",
    optimizer: "optimizer adamw_bnb_8bit",
    packing: "sample_packing true",
  },
  unread: {},
  remarks: ["deepspeed x is not modelled"],
  notes: [],
};

describe("withTrainingConfig", () => {
  test("without a config, flags win over the defaults", () => {
    expect(withTrainingConfig({ model: "m", base: "nf4" })).toEqual({
      model: "m",
      ranks: "4,8,16,32,64",
      targets: "all-linear",
      base: "nf4",
      optimizer: "adamw",
      settings: {},
      from: {
        model: "the command line",
        ranks: "default",
        targets: "default",
        base: "--base",
        optimizer: "default",
      },
      remarks: [],
    });
  });
  test("a config wins over the defaults, and what has no flag is carried along", () => {
    expect(withTrainingConfig({}, config)).toMatchObject({
      model: "org/m",
      ranks: "32",
      targets: "q_proj,v_proj",
      base: "nf4-dq",
      optimizer: "adamw-8bit",
      profile: "axolotl",
      microBatch: 2,
      seq: 4096,
      settings: { packing: true },
      from: { ranks: "lora_r 32", seq: "sequence_len 4096", packing: "sample_packing true" },
      remarks: ["deepspeed x is not modelled"],
    });
  });
  test("flags win over the config, each alone", () => {
    const choices = withTrainingConfig({ model: "./here", ranks: "8,16", optimizer: "sgd" }, config);
    expect(choices).toMatchObject({
      model: "./here",
      ranks: "8,16",
      targets: "q_proj,v_proj",
      optimizer: "sgd",
    });
    expect(choices.from).toMatchObject({
      model: "the command line",
      ranks: "--ranks",
      targets: "lora_target_modules q_proj,v_proj",
      optimizer: "--optimizer",
    });
    expect(choices.settings).toEqual({ packing: true });
  });
  test("what the file leaves open is a default and is called one", () => {
    const { base: _, ...open } = config;
    expect(withTrainingConfig({}, open)).toMatchObject({ base: "bf16", from: { base: "default" } });
  });
  test("what cannot be read or estimated is asked for, all at once, unless a flag decides it", () => {
    const { targets: _, ...open } = config;
    const unreadable: TrainingConfig = {
      ...open,
      settings: { optimizer: "adafactor" },
      origins: { optimizer: "optimizer adafactor" },
      unread: { targets: 'target_modules ".*" is a regular expression' },
    };
    expect(() => withTrainingConfig({}, unreadable)).toThrow(
      expect.objectContaining({
        code: "E_CONFIG",
        message:
          "--optimizer must be given: optimizer adafactor has no estimate yet\n" +
          '--targets must be given: target_modules ".*" is a regular expression',
      }),
    );
    const flags = { targets: "all-linear", optimizer: "adamw" };
    expect(withTrainingConfig(flags, unreadable)).toMatchObject(flags);
  });
  test("full training and paging are said aloud", () => {
    const { rank: _, ...full } = config;
    const choices = withTrainingConfig(
      {},
      { ...full, method: "full", settings: { optimizer: "paged-adamw-8bit" } },
    );
    expect(choices).toMatchObject({ ranks: "4,8,16,32,64", optimizer: "adamw-8bit" });
    expect(choices.remarks.join("\n")).toMatch(/paging[\s\S]*trains all weights/);
  });
});
