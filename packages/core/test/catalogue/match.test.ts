import { describe, expect, test } from "vitest";
import { catalogueModels, matchCatalogueModel } from "../../src/memory.ts";
import { countLoraParams } from "../../src/model/lora.ts";
import { modelShapeFromConfig, selectTargets } from "../../src/models.ts";

describe("matchCatalogueModel", () => {
  test.each([
    ["Llama-3.1-8B-Instruct", "meta-llama/Llama-3.1-8B"],
    ["llama3.1:8b", "meta-llama/Llama-3.1-8B"],
    ["Llama-2-7b-chat-hf", "meta-llama/Llama-2-7b-hf"],
    ["Mistral-7B-Instruct-v0.3", "mistralai/Mistral-7B-v0.3"],
    ["gemma-3-4b-it", "google/gemma-3-4b-pt"],
    ["Phi-3-mini-4k-instruct", "microsoft/Phi-3-mini-4k-instruct"],
    ["Qwen/Qwen3-8B-Base", "Qwen/Qwen3-8B"],
    ["qwen2.5_7b_instruct", "Qwen/Qwen2.5-7B"],
    ["Qwen/Qwen2.5-Coder-7B-Instruct", "Qwen/Qwen2.5-7B"],
    ["Qwen/Qwen2.5-Math-1.5B", "Qwen/Qwen2.5-1.5B"],
    ["Qwen/Qwen3-Coder-30B-A3B-Instruct", "Qwen/Qwen3-30B-A3B"],
  ])("takes %s as %s", (name, id) => {
    expect(matchCatalogueModel(name)).toMatchObject({ model: { id }, exact: false });
  });

  test.each([
    ["meta-llama/Meta-Llama-3.1-8B-Instruct", "meta-llama/Llama-3.1-8B", undefined],
    ["NousResearch/Meta-Llama-3.1-8B", "meta-llama/Llama-3.1-8B", undefined],
    ["NousResearch/Llama-2-7b-hf", "meta-llama/Llama-2-7b-hf", undefined],
    ["unsloth/Qwen2.5-7B-Instruct", "Qwen/Qwen2.5-7B", undefined],
    ["unsloth/mistral-7b-v0.3-bnb-4bit", "mistralai/Mistral-7B-v0.3", "nf4-dq"],
    ["unsloth/gemma-2-9b-it-bnb-4bit", "google/gemma-2-9b", "nf4-dq"],
    ["hugging-quants/Meta-Llama-3.1-405B-BNB-NF4-BF16", "meta-llama/Llama-3.1-405B", "nf4-dq"],
    ["TheBloke/Llama-2-13B-chat-GPTQ", "meta-llama/Llama-2-13b-hf", "gptq"],
    ["Qwen/Qwen2.5-7B-Instruct-AWQ", "Qwen/Qwen2.5-7B", "gptq"],
    ["Qwen/Qwen2.5-7B-Instruct-GPTQ-Int4", "Qwen/Qwen2.5-7B", "gptq"],
    ["mistral-community/Mixtral-8x22B-v0.1", "mistralai/Mixtral-8x22B-v0.1", undefined],
    ["unsloth/zephyr-sft-bnb-4bit", "mistralai/Mistral-7B-v0.1", "nf4-dq"],
    ["casperhansen/llama-3-70b-fp16", "meta-llama/Meta-Llama-3-70B", "fp16"],
  ])("takes the copy %s as %s, stored as %s", (name, id, base) => {
    const found = matchCatalogueModel(name);
    expect(found).toMatchObject({ model: { id }, exact: false });
    expect(found?.stored?.base).toBe(base);
  });

  test("says of a copy that keeps layers in 16 bits, and of a format that is not modelled", () => {
    expect(matchCatalogueModel("unsloth/Qwen3-8B-unsloth-bnb-4bit")?.stored).toEqual({
      ending: "unsloth-bnb-4bit",
      base: "nf4-dq",
      isPartial: true,
    });
    for (const [name, ending] of [
      ["nvidia/Qwen3-30B-A3B-NVFP4", "NVFP4"],
      ["Qwen/Qwen2.5-7B-Instruct-GPTQ-Int8", "GPTQ-Int8"],
      ["ISTA-DASLab/Meta-Llama-3-8B-Instruct-AQLM-2Bit-1x16", "AQLM-2Bit-1x16"],
    ] as const)
      expect(matchCatalogueModel(name)?.stored, name).toEqual({ ending });
  });

  test("reads Unsloth's copies of Phi with separate q, k and v, as they are published", () => {
    const params = (name: string) => {
      const shape = modelShapeFromConfig(matchCatalogueModel(name)!.model.config);
      return [shape.totalParams, countLoraParams(selectTargets(shape, "all-linear"), 8)];
    };
    // 40 layers of rank 8 by in + out: q, o 10,240 each; k, v 6,400; gate, up, down 23,040. Fused: q 12,800; gate 40,960
    expect(params("unsloth/phi-4-unsloth-bnb-4bit")).toEqual([14_659_507_200, 8 * 40 * 102_400]);
    expect(params("microsoft/phi-4")).toEqual([14_659_507_200, 8 * 40 * (12_800 + 10_240 + 40_960 + 23_040)]);
    expect(params("unsloth/Phi-3.5-mini-instruct")[1]).toBeGreaterThan(params("phi-3-mini")[1]!);
    expect(params("unsloth/Phi-4-mini-instruct")).toEqual(params("microsoft/Phi-4-mini-instruct"));
  });

  test("finds ids and aliases as they are", () => {
    for (const { id, aliases } of catalogueModels()) {
      for (const name of [id, ...aliases])
        expect(matchCatalogueModel(name), name).toMatchObject({ model: { id }, exact: true });
    }
  });

  test.each([
    "someone/Llama-3.1-8B-Instruct",
    "someone/Llama-3.1-8B-bnb-4bit",
    "unsloth/Llama-3.1-9B-bnb-4bit",
    "NousResearch/Hermes-3-Llama-3.1-8B",
    "Llama-3.1-8B-Instruct-tuned-by-me",
    "llama-3.1-9b",
    "instruct",
    "",
  ])("does not guess what %j is", (name) => {
    expect(matchCatalogueModel(name)).toBeUndefined();
  });
});

describe("catalogueModels of a family", () => {
  const names = (name: string) => catalogueModels(name).map(({ aliases }) => aliases[0]);

  test("has the sizes of a family, and no other family", () => {
    expect(names("qwen3")).toEqual([
      ...["qwen3-0.6b", "qwen3-1.7b", "qwen3-4b", "qwen3-8b"],
      ...["qwen3-embedding-0.6b", "qwen3-embedding-4b", "qwen3-embedding-8b", "qwen3-14b", "qwen3-32b"],
      ...["qwen3-30b-a3b", "qwen3-235b-a22b", "qwen3-vl-2b", "qwen3-vl-4b", "qwen3-vl-8b"],
      ...["qwen3-vl-32b", "qwen3-vl-30b-a3b", "qwen3-vl-235b-a22b", "qwen3-next-80b-a3b"],
    ]);
    expect(names("Llama-3")).toEqual(["llama-3-8b", "llama-3-70b"]);
    expect(names("Gemma-3-it")).toEqual([
      "gemma-3-270m",
      "gemma-3-1b",
      "gemma-3-4b",
      "gemma-3-12b",
      "gemma-3-27b",
    ]);
    expect(names("gemma")).toEqual(expect.arrayContaining(["gemma-2b", "gemma-2-2b", "gemma-3-1b"]));
  });

  test("is empty for what begins no name", () => {
    for (const name of ["llam", "qwen9", "-", ""]) expect(names(name), name).toEqual([]);
  });
});
