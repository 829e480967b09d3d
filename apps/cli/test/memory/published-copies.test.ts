import { describe, expect, test } from "vitest";
import { readMemoryFlags } from "../../src/commands/memory/choices.ts";
import { modelMemory } from "../../src/commands/memory/estimate.ts";
import { readConfig } from "../../src/commands/memory/model-config.ts";
import { createOutput } from "../../src/output.ts";
import { readText } from "../training-configs.ts";

async function answered(model: string, text?: string, flags: Readonly<Record<string, string>> = {}) {
  const found = await readConfig(model, createOutput({ color: false }), undefined);
  const training = text === undefined ? undefined : { file: "training.yaml", config: readText(text) };
  return modelMemory(found, training, readMemoryFlags({ ranks: "8", ...flags }));
}

const qlora = "base_model: m\nadapter: qlora\nload_in_4bit: true\nlora_r: 8\nlora_target_linear: true";

describe("a published copy in a format of its own", () => {
  test("has its original's shapes, and a base in that format", async () => {
    const memory = await answered("unsloth/llama-3-8b-Instruct-bnb-4bit");
    expect(memory).toMatchObject({
      base: "nf4-dq",
      model: { name: "meta-llama/Meta-Llama-3-8B" },
      notCounted: [],
    });
    expect(memory.model.taken).toMatch(
      /^unsloth\/llama-3-8b-Instruct-bnb-4bit is taken as meta-llama\/Meta-Llama-3-8B/,
    );
    expect(memory.from.base).toBe("unsloth/llama-3-8b-Instruct-bnb-4bit, by its name");
  });

  test("keeps it whatever a config of adapters says, and gives it up for a flag", async () => {
    const lora = "base_model: m\nadapter: lora\nbf16: true\nlora_r: 8\nlora_target_linear: true";
    expect(await answered("TheBloke/Llama-2-7B-GPTQ", lora)).toMatchObject({ base: "gptq" });
    expect(await answered("unsloth/Qwen3-8B-bnb-4bit", qlora)).toMatchObject({ base: "nf4-dq" });
    expect(await answered("unsloth/Qwen3-8B-bnb-4bit", lora, { base: "int8" })).toMatchObject({
      base: "int8",
    });
  });

  test("is no base of full fine-tuning, which the answer says", async () => {
    const memory = await answered("unsloth/Qwen3-8B-bnb-4bit", "base_model: m\nbf16: true");
    expect(memory).toMatchObject({ method: "full", base: "bf16" });
    expect(memory.notCounted).toMatchObject([{ from: "unsloth/Qwen3-8B-bnb-4bit" }]);
  });

  test("in 16 bits leaves a config's quantisation as it is", async () => {
    expect(await answered("casperhansen/llama-3-70b-fp16", qlora)).toMatchObject({ base: "nf4-dq" });
  });

  test("with some layers in 16 bits needs more, and one in a format that is not modelled less", async () => {
    expect((await answered("unsloth/Qwen3-8B-unsloth-bnb-4bit")).notCounted).toMatchObject([
      { what: "layers that the copy keeps in 16 bits", direction: "more" },
    ]);
    expect((await answered("nvidia/Qwen3-8B-NVFP4")).notCounted).toMatchObject([
      { what: "quantisation of the model itself", direction: "less", from: "nvidia/Qwen3-8B-NVFP4" },
    ]);
  });
});

describe("a folder that a training config names", () => {
  const named = (folder: string, isOfConfig = true) =>
    readConfig(folder, createOutput({ color: false }), undefined, isOfConfig);

  test.each([
    ["/mnt/data/Qwen2.5-7B-Instruct", "Qwen/Qwen2.5-7B"],
    ["models/Llama-2-7b", "meta-llama/Llama-2-7b-hf"],
    ["../pretrained_models/qwen3-8b/", "Qwen/Qwen3-8B"],
    ["D:\\models\\Qwen3-8B", "Qwen/Qwen3-8B"],
  ])("is taken by its name where it is not here (%s)", async (folder, id) => {
    const found = await named(folder);
    expect(found).toMatchObject({
      name: id,
      taken: `${folder} is not here, and is taken as ${id} by its name.`,
    });
  });

  test("is refused where it is typed, or names no model that is known", async () => {
    await expect(named("/mnt/data/Qwen3-8B", false)).rejects.toThrow("there is no such file or folder");
    await expect(named("/mnt/data/my-model")).rejects.toThrow("there is no such file or folder");
  });
});

describe("a pattern of layers", () => {
  const peft = (pattern: string) => JSON.stringify({ peft_type: "LORA", target_modules: pattern });

  test("is the names of the model's layers that it matches", async () => {
    const memory = await answered("qwen3-0.6b", peft(".*self_attn.(q|v)_proj"));
    expect(memory.targets).toEqual(["self_attn.q_proj", "self_attn.v_proj"]);
    const named = await answered("qwen3-0.6b", undefined, { targets: "q_proj,v_proj" });
    expect(memory.results[0]!.trainableParams).toBe(named.results[0]!.trainableParams);
  });

  test("may be of some layers", async () => {
    const memory = await answered("qwen3-0.6b", peft("model.layers.(0|1).mlp.up_proj"));
    expect(memory.results[0]!.trainableParams).toBe(2 * 8 * (1024 + 3072));
  });

  test("that matches none is refused with a path that it could match", async () => {
    await expect(answered("qwen3-0.6b", peft("q_proj"))).rejects.toThrow(
      /must match the whole path of a layer, such as model\.layers\.0\.self_attn\.q_proj, got the pattern q_proj/,
    );
  });
});
