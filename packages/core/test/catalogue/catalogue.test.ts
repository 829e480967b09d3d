import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { catalogueModels, findCatalogueModel } from "../../src/catalogue/catalogue.ts";
import { sumOf, weightElements } from "../../src/model/linear-shapes.ts";
import { modelShapeFromConfig } from "../../src/model/model-shape.ts";
import { withVision } from "../../src/model/vision-tower.ts";

/** The files of these on the hub hold the tied head a second time, and the hub's count has it twice. */
const countedTwice = ["Qwen/Qwen3-0.6B", "Qwen/Qwen3-1.7B", "tiiuae/falcon-7b", "tiiuae/falcon-40b"];

/**
 * Models of which cards round more than a language model: parts for images and sound, or a layer that predicts further
 * tokens. transformers 5.24 counts these parameters of `AutoModelForCausalLM` from the same fields.
 */
const countedByModules: Readonly<Record<string, number>> = {
  "meta-llama/Llama-4-Scout-17B-16E": 107_769_861_120,
  "meta-llama/Llama-4-Maverick-17B-128E": 400_711_848_960,
  "Qwen/Qwen3.5-0.8B": 752_393_024,
  "Qwen/Qwen3.5-2B": 1_881_825_088,
  "Qwen/Qwen3.5-4B": 4_205_751_296,
  "Qwen/Qwen3.5-9B": 8_953_803_264,
  "Qwen/Qwen3.5-27B": 26_895_998_464,
  "Qwen/Qwen3.5-35B-A3B": 34_660_610_688,
  "Qwen/Qwen3.5-122B-A10B": 122_111_526_912,
  "Qwen/Qwen3.5-397B-A17B": 396_346_350_336,
  "google/gemma-3n-E2B": 4_435_182_688,
  "google/gemma-3n-E4B": 6_835_235_568,
  "Qwen/Qwen3-VL-2B-Instruct": 1_720_574_976,
  "Qwen/Qwen3-VL-4B-Instruct": 4_022_468_096,
  "Qwen/Qwen3-VL-8B-Instruct": 8_190_735_360,
  "Qwen/Qwen3-VL-32B-Instruct": 32_762_123_264,
  "Qwen/Qwen3-VL-30B-A3B-Instruct": 30_532_122_624,
  "Qwen/Qwen3-VL-235B-A22B-Instruct": 235_093_634_560,
  "moonshotai/Kimi-K2-Instruct": 1_026_408_209_408,
  "moonshotai/Kimi-K2.5": 1_026_408_209_408,
  "zai-org/GLM-4.5": 352_797_814_784,
  "zai-org/GLM-4.5-Air": 106_852_245_504,
};

describe("the catalogue", () => {
  test("names every linear layer by a word, one of a numbered list too", () => {
    for (const { id, config } of catalogueModels())
      for (const { name, path } of modelShapeFromConfig(config).linears)
        expect(name, `${path} of ${id}`).toMatch(/^[a-z][\w.]*$/i);
  });

  test.each(catalogueModels())("counts $parameters parameters of $id, as published", (model) => {
    const text = modelShapeFromConfig(model.config);
    const counted = countedByModules[model.id];
    if (counted !== undefined) {
      expect(text.totalParams).toBe(counted);
      return;
    }
    const shape = text.covers === "text" ? withVision(text, model.config) : text;
    const twice = countedTwice.includes(model.id) ? shape.vocabSize * shape.hiddenSize : 0;
    const whole = shape.totalParams + twice;
    if (!model.parameters.endsWith("B")) {
      expect(whole.toLocaleString("en-US")).toBe(model.parameters);
      return;
    }
    const decimals = model.parameters.split(".")[1]?.length ?? 1;
    expect(`${(whole / 1e9).toFixed(model.parameters.includes(".") ? decimals - 1 : 0)}B`).toBe(
      model.parameters,
    );
  });

  /** Parameters that one token uses, without the embedding of which it reads a row, as gpt-oss's card counts them. */
  test.each([
    ["gpt-oss-20b", "3.61"],
    ["gpt-oss-120b", "5.13"],
  ])("%s activates %s billion parameters a token, as published", (name, published) => {
    const { experts, params, totalParams, block } = modelShapeFromConfig(findCatalogueModel(name)!.config);
    const { count, perToken } = block.feedForward.experts!;
    const ofExperts = sumOf(experts.map((linear) => weightElements(linear) + linear.outDim * linear.count));
    const idle = ofExperts * (1 - perToken / count);
    expect(((totalParams - params.embeddings - idle) / 1e9).toFixed(2)).toBe(published);
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
    const names = catalogueModels()
      .flatMap(({ id, aliases }) => [id, ...aliases])
      .map((name) => name.toLowerCase());
    expect(new Set(names).size).toBe(names.length);
    expect(findCatalogueModel("LLAMA-3.1-8b")?.id).toBe("meta-llama/Llama-3.1-8B");
    expect(findCatalogueModel("meta-llama/llama-3.1-8b-instruct")?.id).toBe("meta-llama/Llama-3.1-8B");
    expect(findCatalogueModel("llama-3.1-9b")).toBeUndefined();
  });

  test("has hub ids, and short names without a slash first", () => {
    for (const { id, aliases } of catalogueModels()) {
      expect(id).toMatch(/^[\w.-]+\/[\w.-]+$/);
      expect(aliases[0], id).toMatch(/^[a-z0-9._-]+$/);
    }
    expect(catalogueModels().length).toBeGreaterThanOrEqual(40);
  });
});
