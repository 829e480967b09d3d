import { catalogueModels } from "@lorank/core/memory";
import { memoryNames } from "@lorank/core/memory-names";
import { describe, expect, test } from "vitest";
import { pasted } from "../src/fields.ts";
import { suggest } from "../src/suggestions.ts";

const values = (list: "models" | "cards", text: string): string[] =>
  suggest(list, text).map(({ value }) => value);

describe("suggestions", () => {
  test("without a word are all models, the pasted config last, and all cards", () => {
    expect(values("models", "")).toEqual([...catalogueModels().map(({ id }) => id), pasted]);
    expect(values("cards", " ")).toHaveLength(memoryNames.card.length);
  });

  test("are models with a part of their name that begins with each word, in any order", () => {
    expect(values("models", "8b qwen3")).toContain("Qwen/Qwen3-8B");
    expect(values("models", "8b qwen3")).toEqual(values("models", "Qwen3 8B"));
    expect(values("models", "llama 3.2 1b")).toEqual(["meta-llama/Llama-3.2-1B"]);
    // 1b begins no part of a model of 11 B.
    for (const model of values("models", "1b")) expect(model).not.toMatch(/\d1b/i);
  });

  test("have the name by which a model was found beside it", () => {
    expect(suggest("models", "r1-distill-qwen-7b")).toEqual([
      { value: "Qwen/Qwen2.5-7B", note: "deepseek-ai/DeepSeek-R1-Distill-Qwen-7B" },
    ]);
  });

  test("are names with the words anywhere where none begins with them, and none for what nothing has", () => {
    expect(values("models", "uncased")).toContain("google-bert/bert-base-uncased");
    expect(values("models", "ixtral")).toContain("mistralai/Mixtral-8x7B-v0.1");
    expect(values("models", "no such model")).toEqual([]);
  });

  test("are cards by name or memory, with their memory beside", () => {
    expect(suggest("cards", "4090")).toEqual([{ value: "RTX 4090", note: "24 GB" }]);
    expect(values("cards", "24gb")).toEqual(expect.arrayContaining(["A10", "L4", "RTX 3090", "RTX 4090"]));
    expect(values("cards", "a100 80")).toEqual(["A100 80GB"]);
  });
});
