import { InputError } from "@lorank/core";
import { matchCatalogueModel } from "@lorank/core/memory";
import { describe, expect, test } from "vitest";
import { builtInModel, orNearestBuiltIn } from "../../src/commands/memory/built-in-models.ts";
import { readAs } from "../../src/commands/memory/model-config.ts";

describe("a name that is no model", () => {
  const told = async (name: string, code = "E_MODEL"): Promise<string> => {
    const failed = orNearestBuiltIn(name, () => Promise.reject(new InputError(code, "not found")));
    return failed.then(
      () => "",
      (error: InputError) => `${error.code} ${error.message}`,
    );
  };

  test.each([
    ["lama-3.1-8b", "llama-3.1-8b"],
    ["Llama-3.1-8B-Instrct", "llama-3.1-8b"],
    ["Mistral-7B-Instruct-v0.4", "mistral-7b"],
    ["gemma-3-4bit", "gemma-3-4b"],
  ])("%s means %s", async (name, meant) => {
    expect(await told(name)).toBe(
      `E_MODEL not found; lorank memory --list has no such name either. Did you mean ${meant}?`,
    );
  });

  test.each([
    ["glm-4-300b", "glm-4-9b, glm-4-9b-0414 or glm-4-32b-0414"],
    ["internlm-123b-moe", "internlm3-8b"],
  ])("%s, which is like none, begins as others do", async (name, meant) => {
    expect(await told(name)).toContain(`has no such name either. Did you mean ${meant}?`);
    expect(await told(`somebody/${name}`, "E_HUB")).toBe("E_HUB not found");
  });

  test("is the family of sizes", async () => {
    expect(await told("qwen3")).toMatch(
      /^E_MODEL model must be one of the sizes of qwen3: qwen3-0\.6b, .*, qwen3-next-80b-a3b$/,
    );
  });

  test("is a size alone", async () => {
    expect(await told("7b")).toMatch(
      /^E_MODEL model must be a name, such as one of 7b: llama-2-7b, .*, qwen2\.5-7b/,
    );
    expect(await told("9999b")).toContain("has no such name either");
  });

  test("is somebody else's copy of a model, or an organisation misspelt, that the hub does not give", async () => {
    expect(await told("unsloth/Llama-3.1-8B-Instruct", "E_OFFLINE")).toBe(
      "E_OFFLINE not found. Did you mean llama-3.1-8b?",
    );
    expect(await told("meta-lama/Llama-3.1-8B", "E_HUB")).toBe("E_HUB not found. Did you mean llama-3.1-8b?");
    expect(await told("org/name", "E_HUB")).toBe("E_HUB not found");
  });

  test("is nothing that is known", async () => {
    expect(await told("my-own-model")).toBe(
      "E_MODEL not found; lorank memory --list has no such name either",
    );
  });

  test("a file or folder of the name wins", () => {
    expect(builtInModel("src")).toBeUndefined();
    expect(builtInModel("Llama-3.1-8B-Instruct")).toMatchObject({ exact: false });
  });
});

describe("--as", () => {
  const llama = matchCatalogueModel("llama-3.2-1b")!.model.config;
  const { model_type: _, ...untyped } = llama;

  test("is not needed for a type that is known, and may not name another", () => {
    expect(readAs(llama, undefined)).toEqual({ config: llama });
    expect(readAs(llama, "llama")).toEqual({ config: llama });
    expect(() => readAs(llama, "qwen3")).toThrow(
      "--as must be left out for a model_type that is known, got qwen3 for llama",
    );
  });

  test("is suggested for one that is not known, or not there", () => {
    const advice = "A model that is built like one of these can be read as it: --as llama";
    expect(() => readAs({ ...llama, model_type: "newt" }, undefined)).toThrow(`got "newt". ${advice}`);
    expect(() => readAs(untyped, undefined)).toThrow(`got no such field. ${advice}`);
    expect(() => readAs({ ...llama, model_type: "newt" }, "lama")).toThrow(
      /^--as must be llama, .*, got lama\. Did you mean llama\?$/,
    );
  });

  test("reads the config as that type, and says what it leaves out", () => {
    const config = { ...llama, model_type: "newt", num_loops: 8, bos_token_id: 1, rope_theta: 10_000 };
    expect(readAs(config, "llama")).toEqual({
      config: { ...config, model_type: "llama" },
      taken:
        "The config, of type newt, is read as llama (--as): right only if its fields mean the same there. " +
        "llama has no such sizes, and they are left out: num_loops 8.",
      leftOut: ["num_loops 8"],
    });
    expect(readAs(untyped, "llama").taken).toBe(
      "The config, which names no model_type, is read as llama (--as): right only if its fields mean the same there.",
    );
  });

  test.each([
    ["num_experts", 512],
    ["num_local_experts", 128],
    ["n_routed_experts", 256],
    ["moe_num_experts", [64, 64]],
  ])("refuses %s %j in a type without experts, which would leave most parameters out", (field, value) => {
    const config = { ...llama, model_type: "newt", [field]: value };
    expect(() => readAs(config, "llama")).toThrow(
      `model config: ${field} must be at most 1 in a config that is read as llama, which has no experts, ` +
        `got ${JSON.stringify(value)}`,
    );
    expect(() => readAs({ ...config, [field]: 1 }, "llama")).not.toThrow();
  });

  test("reads experts as a type that has them", () => {
    const mixture = matchCatalogueModel("qwen3-30b-a3b")!.model.config;
    expect(readAs({ ...mixture, model_type: "newt" }, "qwen3_moe").taken).toContain("is read as qwen3_moe");
  });

  test("names the fields that the type needs and the config lacks", () => {
    const { hidden_size: __, ...less } = llama as Record<string, unknown>;
    expect(() => readAs({ ...less, model_type: "newt" }, "llama")).toThrow(
      "hidden_size must be a positive integer",
    );
  });
});
