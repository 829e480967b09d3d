import { profileOf } from "@lorank/core/memory";
import { memoryNames } from "@lorank/core/memory-names";
import { describe, expect, test } from "vitest";
import { commandsFor } from "../../src/commands/commands.ts";
import {
  type ChoiceContext,
  memoryChoices,
  readMemoryFlags,
  typedChoice,
} from "../../src/commands/memory/choices.ts";
import type { ReadConfig } from "../../src/commands/memory/read-training-config.ts";
import { wordsOf } from "../../src/commands/memory/words.ts";
import { flagOf } from "../../src/flags/flag-names.ts";
import type { RawFlags } from "../../src/output.ts";
import { createProgram } from "../../src/program.ts";

const commands = await commandsFor();

const config: ReadConfig = {
  ...{ tool: "axolotl", profile: "axolotl", rank: 32, targets: ["q_proj", "v_proj"], base: "nf4-dq" },
  microBatch: 2,
  settings: { loss: "fused", optimizer: "adafactor" },
  origins: {
    ...{ rank: "lora_r 32", base: "load_in_4bit true", loss: "a plugin", microBatch: "micro_batch_size 2" },
    method: "adapter none",
  },
  ...{ unread: {}, notCounted: [], remarks: [], notes: [] },
};

function memoryCommand() {
  return createProgram(commands).commands.find((command) => command.name() === "memory")!;
}

/** What commander makes of a line. */
function flags(...line: string[]): Record<string, string | boolean> {
  const command = memoryCommand();
  command.parseOptions(line);
  const { color: _, input: __, ...typed } = command.opts();
  return typed;
}

function readChoices(flags: RawFlags, context?: ChoiceContext) {
  return memoryChoices(readMemoryFlags(flags), context);
}

describe("the flags", () => {
  test("help names every value that there is", () => {
    const help = memoryCommand().helpInformation().replace(/\s+/g, " ");
    for (const names of [
      memoryNames.profile,
      memoryNames.base,
      memoryNames.method,
      memoryNames.loss,
      memoryNames.attention,
    ]) {
      for (const name of names) expect(help).toContain(name);
    }
    for (const name of [...memoryNames.checkpointing, ...memoryNames.optimizer]) expect(help).toContain(name);
  });
  test("nothing has a value that was not typed", () => {
    expect(flags()).toEqual({});
    expect(flags("--no-packing", "--kbit-prepare")).toEqual({ packing: false, kbitPrepare: true });
  });
  test("a value is written as it is typed", () => {
    expect(typedChoice("microBatch", "4")).toBe("--micro-batch 4");
    expect([typedChoice("packing", "true"), typedChoice("kbitPrepare", "false")]).toEqual([
      "--packing",
      "--no-kbit-prepare",
    ]);
    expect([flagOf("seq"), wordsOf("seq")]).toEqual(["--seq", "length"]);
  });
});

describe("the choices", () => {
  test("takes the profile's settings, peft's where none is named, and says so", () => {
    const { profile, settings, from } = readChoices({});
    expect(profile.name).toBe("peft");
    expect(settings).toEqual(profileOf("peft").settings);
    expect(from).toMatchObject({ profile: "default", base: "default", loss: "profile peft" });
    const trl = readChoices(flags("--profile", "trl", "--attention", "flash"));
    expect(trl.settings).toEqual({ ...profileOf("trl").settings, attention: "flash" });
    expect(trl.from).toMatchObject({ profile: "--profile", loss: "profile trl", attention: "--attention" });
  });
  test("reads every flag", () => {
    const {
      profile: _,
      from,
      stated,
      ...choices
    } = readChoices(
      flags(
        ...["--ranks", "2, 8", "--targets", "q_proj,v_proj", "--base", "nf4-dq", "--method", "compare"],
        ...["--labels", "3", "--gpu", "40GiB", "--micro-batch", "4", "--seq", "2048", "--loss", "chunked"],
        ...["--variant", "dora", "--expert-rank", "by-active-experts"],
        ...["--attention", "eager", "--checkpointing", "offload", "--optimizer", "lion", "--packing"],
        ...["--adapter-dtype", "bf16", "--dropout", "0.05", "--kbit-prepare", "--bnb-version", "0.42.0"],
        ...["--compile", "--accumulation", "--padding", "--no-optimizer-in-backward"],
        ...["--lora-kernels", "attention", "--fused-norms"],
        ...["--objective", "grpo", "--reference", "model", "--completion", "512", "--generations", "32"],
        ...["--generator", "vllm", "--vllm-share", "0.4", "--trained-modules", "embeddings,head"],
      ),
    );
    expect(choices).toEqual({
      ...{ ranks: [2, 8], targets: ["q_proj", "v_proj"], base: "nf4-dq", method: "compare", labels: 3 },
      gpu: { text: "40GiB", bytes: 40 * 2 ** 30, label: "40 GiB card" },
      ...{ expertRank: "by-active-experts", microBatch: 4, seq: 2048 },
      ...{ objective: "grpo", reference: "model", completion: 512, generations: 32 },
      ...{ generator: "vllm", vllmShare: 0.4, trainedModules: ["embeddings", "head"] },
      settings: {
        ...{
          variant: "dora",
          loss: "chunked",
          attention: "eager",
          checkpointing: "offload",
          optimizer: "lion",
          packing: true,
        },
        ...{ adapterDtype: "bf16", dropout: 0.05, kbitPrepare: true, bnbVersion: "0.42.0" },
        ...{ compile: true, accumulation: true, padding: true, optimizerInBackward: false },
        ...{ loraKernels: "attention", fusedNorms: true },
      },
    });
    expect(stated).toEqual(choices.settings);
    expect(from).toMatchObject({ microBatch: "--micro-batch", packing: "--packing", profile: "default" });
  });
  test("--quantize is a 4-bit --base under the name of the other commands", () => {
    expect(readChoices({ quantize: "nf4-dq" }).base).toBe("nf4-dq");
    expect(readChoices({ quantize: "fp4" }).base).toBe("nf4");
    expect(() => readChoices({ quantize: "nf4", base: "bf16" })).toThrow(
      "--quantize must be left out with --base bf16, got nf4",
    );
  });
  test("a card's GB is 10^9 bytes, and a card by name has what may be counted on", () => {
    expect(readChoices({ gpu: "24GB" }).gpu).toEqual({ text: "24GB", bytes: 24e9, label: "24 GB card" });
    const labels = ["t4", "rtx-4090", "A100-80GB", "v100"].map((gpu) => readChoices({ gpu }).gpu);
    expect(labels).toMatchObject([
      { text: "t4", bytes: Math.floor(14.56 * 2 ** 30), label: "T4 (16 GB)" },
      { text: "rtx-4090", bytes: 24e9, label: "RTX 4090 (24 GB)" },
      { text: "A100-80GB", bytes: 80e9, label: "A100 80GB" },
      { text: "v100", bytes: 16e9, label: "V100 16GB" },
    ]);
  });
  test.each([
    ["h1000", "h100"],
    ["rtx-409", "rtx-4090"],
    ["a100-80", "a100-80gb"],
    ["24", "24GB"],
  ])("--gpu %s: did you mean %s", (gpu, meant) => {
    expect(() => readChoices({ gpu })).toThrow(
      `--gpu must be a card's memory such as 24GB or 40GiB, or a card such as t4 or a100-80gb, and several as 2x24GB, got "${gpu}". Did you mean ${meant}?`,
    );
  });
  test("--method qlora is on nf4-dq with what the stack's guides set, unless flags say otherwise", () => {
    const { base, settings, stated, from } = readChoices(flags("--method", "qlora", "--no-kbit-prepare"));
    expect([base, from.base]).toEqual(["nf4-dq", "--method qlora"]);
    expect(settings).toEqual({ ...profileOf("peft").settings, checkpointing: "on" });
    expect(stated).toEqual({ kbitPrepare: false });
    expect(from).toMatchObject({ checkpointing: "profile peft, for QLoRA", kbitPrepare: "--kbit-prepare" });
    expect(readChoices(flags("--method", "qlora", "--base", "nf4")).base).toBe("nf4");
    expect(readChoices({ method: "qlora" }, { training: { ...config, base: "int8" } }).base).toBe("int8");
    expect(() => readChoices(flags("--method", "qlora", "--base", "bf16"))).toThrow(
      "--base must be int8, gptq, nf4 or nf4-dq with --method qlora, got bf16",
    );
  });
  test.each([
    ["--completion 10", "--completion must be left out for sft, got 10"],
    ["--objective reward --completion 10", "--completion must be left out for reward, got 10"],
    [
      "--vllm-share 0.5",
      "--vllm-share must be left out without vllm or vllm-asleep as the --generator, got 0.5",
    ],
    ["--objective grpo --generator server --vllm-share 0.5", "--vllm-share must be left out without"],
    ["--micro-batch 1e400", "--micro-batch must be a positive integer, got Infinity"],
    ["--method full --base nf4", "--base must be fp32, bf16 or fp16 with --method full, got nf4"],
    ["--method full --quantize nf4", "--base must be fp32, bf16 or fp16 with --method full, got nf4"],
    ["--optimizer-in-backward", "--optimizer-in-backward must be left out with --method lora, got true"],
  ])("%s is refused", (line, message) => {
    expect(() => readChoices(flags(...line.split(" ")))).toThrow(message);
  });
  test("the default length is no longer than the model takes", () => {
    expect(readChoices({}, { maxPositions: 512 })).toMatchObject({
      seq: 512,
      from: { seq: "the longest that the model takes" },
    });
    expect(readChoices({}, { maxPositions: 4096 })).toMatchObject({ seq: 1024, from: { seq: "default" } });
    expect(readChoices({ seq: "2048" }, { maxPositions: 512 }).seq).toBe(2048);
  });
  test("flags win over a training config, and that over its profile; each says where it stands", () => {
    const choices = readChoices({ microBatch: "8" }, { training: config });
    expect(choices).toMatchObject({
      ranks: [32],
      base: "nf4-dq",
      microBatch: 8,
      targets: ["q_proj", "v_proj"],
    });
    expect(choices.settings).toEqual({
      ...profileOf("axolotl").settings,
      optimizer: "adafactor",
      loss: "fused",
    });
    expect(choices.from).toMatchObject({
      ...{ ranks: "lora_r 32", base: "load_in_4bit true", loss: "a plugin", microBatch: "--micro-batch" },
      ...{ profile: "the training config", attention: "profile axolotl", seq: "default" },
    });
    const other = readChoices({ profile: "trl", ranks: "4,8" }, { training: config });
    expect(other).toMatchObject({ ranks: [4, 8], profile: { name: "trl" }, settings: { loss: "fused" } });
    expect(other.from).toMatchObject({ ranks: "--ranks", profile: "--profile", attention: "profile trl" });
  });
  test("what a config leaves open in words of its own is asked for, all at once, unless a flag decides it", () => {
    const { targets: _, ...open } = config;
    const unread = { targets: 'target_modules ".*" is a regular expression', optimizer: "optimizer galore" };
    const read = () => readChoices({}, { training: { ...open, unread } });
    expect(read).toThrow("--optimizer must be given: optimizer galore");
    expect(read).toThrow('--targets must be given: target_modules ".*" is a regular expression');
    const flags = { targets: "all-linear", optimizer: "adamw" };
    expect(readChoices(flags, { training: { ...open, unread } })).toMatchObject({
      ...{ targets: "all-linear", settings: { optimizer: "adamw" } },
    });
  });
  test("a config that trains all weights is estimated so", () => {
    const { method, from } = readChoices({}, { training: { ...config, method: "full" } });
    expect([method, from.method]).toEqual(["full", "adapter none"]);
  });
  test("says all that is wrong at once, with what was meant", () => {
    const wrong = {
      ...{ profile: "trll", base: "int7", loss: "half", ranks: "4,x", microBatch: "0", seq: "1.5" },
      ...{ dropout: "1", bnbVersion: "new", gpu: "24", labels: "-1" },
    };
    const read = () => readChoices(wrong);
    expect(read).toThrow(expect.objectContaining({ code: "E_CONFIG" }));
    for (const line of [
      /--profile must be peft, .*, got "trll"\. Did you mean trl\?/,
      /--base must be fp32, .*, got "int7"\. Did you mean int8\?/,
      /--loss must be full, chunked or fused, got "half"/,
      /--ranks must be a list of different positive integers, got 4,x/,
      /--micro-batch must be a positive integer, got 0/,
      /--seq must be a positive integer such as 8192, or 8k for it, got 1.5/,
      /--dropout must be at least 0 and below 1, got 1/,
      /--bnb-version must be a version such as 0\.50\.0, got "new"/,
      /--gpu must be a card's memory such as 24GB or 40GiB, or a card such as t4 or a100-80gb, and several as 2x24GB, got "24"/,
      /--labels must be a positive integer, got -1/,
    ])
      expect(read).toThrow(line);
  });
});
