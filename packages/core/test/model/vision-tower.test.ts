import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { findCatalogueModel } from "../../src/catalogue/catalogue.ts";
import { countLoraParams } from "../../src/model/lora.ts";
import { modelShapeFromConfig } from "../../src/model/model-shape.ts";
import { namesMatching, selectTargets } from "../../src/model/targets.ts";
import { withVision } from "../../src/model/vision-tower.ts";

type Counted = readonly [
  model: string,
  total: number,
  targets: readonly string[] | "all-linear",
  trained: number,
];

/** Written by scripts/reference/vision_counts_fixture.py: transformers' and PEFT's counts of the catalogue's configs. */
const { rank, counts } = JSON.parse(
  readFileSync(new URL("fixtures/vision-counts.json", import.meta.url), "utf8"),
) as { readonly rank: number; readonly counts: readonly Counted[] };

function shapeOf(config: unknown) {
  return withVision(modelShapeFromConfig(config), config);
}

const config = (id: string) => findCatalogueModel(id)!.config;

describe("a model with the part that reads images", () => {
  test.each(counts)("has transformers' parameters, and PEFT's: %s, %d, %j", (id, total, targets, trained) => {
    const shape = shapeOf(config(id));
    expect(shape.totalParams).toBe(total);
    expect(countLoraParams(selectTargets(shape, targets), rank)).toBe(trained);
  });

  test("is compared for all three families", () => {
    const families = ["Qwen2.5-VL", "Qwen3-VL", "gemma-3"];
    for (const family of families)
      expect(counts.filter(([id]) => id.includes(family)).length).toBeGreaterThan(5);
  });

  test("has the language model's sizes in the config itself, as Qwen2.5-VL's files do", () => {
    const { text_config: text, ...others } = config("qwen2.5-vl-7b") as Record<
      string,
      Record<string, unknown>
    >;
    expect(shapeOf({ ...text, ...others })).toEqual(shapeOf(config("qwen2.5-vl-7b")));
  });

  test("has layers that a pattern takes in the language model alone", () => {
    const shape = shapeOf(config("qwen2.5-vl-7b"));
    const names = namesMatching(shape, /model\.language_model\..*\.(q_proj|gate_proj)/);
    const targets = selectTargets(shape, names);
    expect(countLoraParams(targets, 8)).toBe(8 * 28 * (3584 + 3584 + 3584 + 18_944));
  });

  test("is refused where vision_config lacks a size, with its field", () => {
    const { vision_config: vision, ...others } = config("gemma-3-4b") as Record<
      string,
      Record<string, unknown>
    >;
    const { patch_size: _, ...rest } = vision!;
    expect(() => shapeOf({ ...others, vision_config: rest })).toThrow(
      "vision_config.patch_size must be a positive integer, got no such field",
    );
  });

  test("is refused for a model whose part that reads images is not known", () => {
    expect(() => shapeOf(config("llama-4-scout"))).toThrow(
      "model config: model_type must be one of qwen2_5_vl, qwen3_vl, qwen3_vl_moe, gemma3 for image tokens, got llama4",
    );
  });
});
