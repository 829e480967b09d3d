import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { catalogueModels, findCatalogueModel } from "../../src/catalogue/catalogue.ts";
import { modelShapeFromConfig } from "../../src/model/model-shape.ts";
import type { ModelShape } from "../../src/model/shape.ts";

/** The files of these on the hub hold the tied head a second time, and the hub's count has it twice. */
const countedTwice = ["Qwen/Qwen3-0.6B", "Qwen/Qwen3-1.7B", "tiiuae/falcon-7b", "tiiuae/falcon-40b"];

/**
 * What Gemma 3 has beside its text part: a SigLIP tower of 27 layers on images of 896 by 896, and a projector `[1152,
 * hidden]` with a norm `[1152]`.
 */
function visionParams({ hiddenSize }: ModelShape): number {
  const width = 1152;
  const inner = 4304;
  const layer = 4 * (width * width + width) + 2 * width * inner + inner + width + 4 * width;
  const patches = 14 * 14 * 3 * width + width + (896 / 14) ** 2 * width;
  return 27 * layer + patches + 2 * width + width * hiddenSize + width;
}

describe("the catalogue", () => {
  test.each(catalogueModels)("counts $parameters parameters of $id, as published", (model) => {
    const shape = modelShapeFromConfig(model.config);
    const twice = countedTwice.includes(model.id) ? shape.vocabSize * shape.hiddenSize : 0;
    const whole = shape.totalParams + twice + (shape.covers === "text" ? visionParams(shape) : 0);
    if (!model.parameters.endsWith("B")) {
      expect(whole.toLocaleString("en-US")).toBe(model.parameters);
      return;
    }
    const decimals = model.parameters.split(".")[1]?.length ?? 1;
    expect(`${(whole / 1e9).toFixed(model.parameters.includes(".") ? decimals - 1 : 0)}B`).toBe(
      model.parameters,
    );
  });

  test("holds the models that memory was measured on, with the same dimensions", () => {
    const given = readFileSync(new URL("measured-models.json", import.meta.url), "utf8");
    const measured = JSON.parse(given) as Readonly<Record<string, Readonly<Record<string, unknown>>>>;
    for (const [name, expected] of Object.entries(measured)) {
      const model = findCatalogueModel(name);
      expect(model, name).toBeDefined();
      const shape = modelShapeFromConfig(model!.config);
      const { block } = shape;
      expect(
        {
          hiddenSize: shape.hiddenSize,
          numLayers: shape.layers,
          intermediateSize: shape.intermediateSize,
          numHeads: shape.heads,
          numKeyValueHeads: shape.kvHeads,
          headDim: shape.headDim,
          vocabSize: shape.vocabSize,
          tiedEmbeddings: shape.tied,
          mlp: block.feedForward.gated ? "swiglu" : "gelu",
          norm: block.norm,
          normsPerLayer: block.norms,
        },
        name,
      ).toEqual(expected);
    }
  });

  test("gives each name to one model, and finds it in capitals or not", () => {
    const names = catalogueModels
      .flatMap(({ id, aliases }) => [id, ...aliases])
      .map((name) => name.toLowerCase());
    expect(new Set(names).size).toBe(names.length);
    expect(findCatalogueModel("LLAMA-3.1-8b")?.id).toBe("meta-llama/Llama-3.1-8B");
    expect(findCatalogueModel("meta-llama/llama-3.1-8b-instruct")?.id).toBe("meta-llama/Llama-3.1-8B");
    expect(findCatalogueModel("llama-3.1-9b")).toBeUndefined();
  });

  test("has hub ids, and short names without a slash first", () => {
    for (const { id, aliases } of catalogueModels) {
      expect(id).toMatch(/^[\w.-]+\/[\w.-]+$/);
      expect(aliases[0], id).toMatch(/^[a-z0-9._-]+$/);
    }
    expect(catalogueModels.length).toBeGreaterThanOrEqual(40);
  });
});
