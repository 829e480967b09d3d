import { describe, expect, test } from "vitest";
import { findCatalogueModel } from "../../src/catalogue/catalogue.ts";
import { assertRank } from "../../src/model/lora.ts";
import { modelShapeFromConfig } from "../../src/model/model-shape.ts";

const qProj = { name: "q_proj", inDim: 2048, outDim: 2048, count: 16 };
const vProj = { name: "v_proj", inDim: 2048, outDim: 512, count: 16 };
const kProj = { name: "k_proj", inDim: 2048, outDim: 256, count: 16 };

describe("assertRank", () => {
  test.each([0, -1, 2.5, Number.NaN, Number.POSITIVE_INFINITY])(
    "rejects rank %d and names the value",
    (rank) => {
      expect(() => assertRank(rank)).toThrow(
        expect.objectContaining({ code: "E_RANK", message: `rank must be a positive integer, got ${rank}` }),
      );
    },
  );

  test("is not limited by a small layer beside the matrices of a block", () => {
    const { linears } = modelShapeFromConfig(findCatalogueModel("qwen3.5-27b")!.config);
    expect(linears.find(({ name }) => name === "in_proj_a")?.outDim).toBe(48);
    expect(() => assertRank(64, linears)).not.toThrow();
    expect(() => assertRank(1025, linears)).toThrow(
      "rank must be at most 1024, the smaller dimension of k_proj",
    );
  });

  test("accepts a rank up to the smaller dimension", () => {
    expect(() => assertRank(512, [qProj, vProj])).not.toThrow();
  });

  test("names every layer that a rank does not fit, and the largest rank that fits all", () => {
    expect(() => assertRank(513, [qProj, vProj, kProj])).toThrow(
      expect.objectContaining({
        code: "E_RANK",
        message:
          "rank must be at most 256, the smaller dimension of v_proj [512, 2048], k_proj [256, 2048], got 513",
      }),
    );
  });
});
