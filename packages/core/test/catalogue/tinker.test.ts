import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { matchCatalogueModel } from "../../src/catalogue/catalogue.ts";
import { sumOf } from "../../src/model/linear-shapes.ts";
import { modelShapeFromConfig } from "../../src/model/model-shape.ts";
import type { ModelShape } from "../../src/model/shape.ts";

interface Tinker {
  readonly paramsPerRank: Readonly<Record<string, { mlp: number; attn: number; unembed: number }>>;
}
/** Parameters of adapters at rank 1, measured by Tinker on the models themselves. */
const { paramsPerRank } = JSON.parse(
  readFileSync(new URL("tinker-lora-params.json", import.meta.url), "utf8"),
) as Tinker;

/** Models that the catalogue lacks: of images in another form, with Mamba layers, or without a published config. */
const absent = /Qwen3-VL|Kimi-K2\.[56]|Nemotron-3|Inkling/;

/** Layers that Tinker gives no adapter: the second halves of latent attention, and the small inputs of linear attention. */
const withoutAdapter = ["q_b_proj", "kv_b_proj", "in_proj_b", "in_proj_a"];

/** Experts share the half of an adapter that reads or writes hidden states; gate and up have an adapter each. */
function expertParams({ experts, hiddenSize }: ModelShape): number {
  return sumOf(
    experts.map(({ inDim, outDim, count, perLayer = 1, name }) => {
      const inner = name.includes("down") ? inDim : outDim;
      const adapters = name.includes("gate_up") ? 2 : 1;
      return (count / perLayer) * (adapters * hiddenSize + perLayer * inner);
    }),
  );
}

function tinkerParams(shape: ModelShape) {
  const { linears, hiddenSize, vocabSize } = shape;
  const paramsOf = (isMeant: (path: string) => boolean) =>
    sumOf(
      linears
        .filter(({ path, name }) => isMeant(path) && !withoutAdapter.includes(name))
        // q, k and v of linear attention have an adapter each.
        .map(({ name, inDim, outDim, count }) => count * ((name === "in_proj_qkv" ? 3 : 1) * inDim + outDim)),
    );
  const isAttention = (path: string) => /\.(self|linear)_attn\./.test(path);
  return {
    mlp: paramsOf((path) => !isAttention(path)) + expertParams(shape),
    attn: paramsOf(isAttention),
    unembed: hiddenSize + vocabSize,
  };
}

describe("the catalogue, beside Tinker's table", () => {
  const known = Object.entries(paramsPerRank).filter(([name]) => !absent.test(name));

  test.each(known)("%s has adapters of the same sizes", (name, expected) => {
    const found = matchCatalogueModel(name);
    expect(found).toBeDefined();
    expect(tinkerParams(modelShapeFromConfig(found!.model.config))).toEqual(expected);
  });

  test("lacks nine of 38", () => {
    expect(Object.keys(paramsPerRank)).toHaveLength(38);
    expect(known).toHaveLength(29);
  });
});
