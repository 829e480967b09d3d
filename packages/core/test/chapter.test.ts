import { describe, expect, test } from "vitest";
import {
  chapterPrintout,
  estimateLoraParams,
  estimateTrainingMemory,
  fillRankComparison,
  type MeasuredTrial,
  runRankComparison,
} from "../src/chapter.ts";

describe("chapterPrintout", () => {
  test("prints the chapter's five lines to the character", () => {
    expect(chapterPrintout().join("\n")).toBe(
      [
        "Rank  4:   4.19 MB optimizer, 512x compression",
        "Rank  8:   8.39 MB optimizer, 256x compression",
        "Rank 16:  16.78 MB optimizer, 128x compression",
        "Rank 32:  33.55 MB optimizer, 64x compression",
        "Rank 64:  67.11 MB optimizer, 32x compression",
      ].join("\n"),
    );
  });

  test("rounds an exact tie to the even digit, as Python does", () => {
    // 4 * 2 * 125 * 1 * 125 = 125,000 bytes = 0.125 MB; 125 / 2 = 62.5
    expect(chapterPrintout({ layerDim: 125, ranks: [1], numLayers: 125 })).toEqual([
      "Rank  1:   0.12 MB optimizer, 62x compression",
    ]);
    // 375,000 bytes = 0.375 MB goes up to the even digit; 125 / 6 = 20.83
    expect(chapterPrintout({ layerDim: 125, ranks: [3], numLayers: 125 })).toEqual([
      "Rank  3:   0.38 MB optimizer, 21x compression",
    ]);
  });

  test("counts half of Adam's state, as the listing does", () => {
    const right = estimateTrainingMemory(4, 4096, 32, "fp32").optimizerBytes;
    const [megabytes] = /[\d.]+(?= MB)/.exec(chapterPrintout({ ranks: [4] })[0]!)!;
    expect(right / 1e6 / Number(megabytes)).toBeCloseTo(2, 2);
  });
});

describe("estimateLoraParams", () => {
  test("takes the listing's number of layers where none is given", () => {
    expect(estimateLoraParams(4096, 4)).toBe(estimateLoraParams(4096, 4, 32));
  });

  test("counts A and B of every layer", () => {
    expect(estimateLoraParams(4096, 4, 32)).toBe(2 * 4096 * 4 * 32);
  });

  test("names what is not a size", () => {
    expect(() => estimateLoraParams(0, 4, 32)).toThrow("layerDim must be a positive integer, got 0");
    expect(() => estimateLoraParams(4096, 4, 1.5)).toThrow("numLayers must be a positive integer, got 1.5");
    expect(() => estimateLoraParams(8, 9, 1)).toThrow("rank must be at most 8");
  });
});

describe("runRankComparison", () => {
  test("counts all layers and claims no measurement", () => {
    expect(runRankComparison(4096, [4, 64])).toEqual([
      { rank: 4, alpha: 16, trainableParams: 1_048_576, accuracy: null, trainingTimeSeconds: null },
      { rank: 64, alpha: 16, trainableParams: 16_777_216, accuracy: null, trainingTimeSeconds: null },
    ]);
  });

  test("counts as many layers as it is told", () => {
    expect(runRankComparison(4096, [4], { numLayers: 1 })[0]?.trainableParams).toBe(32_768);
  });

  test("rejects an alpha that cannot scale", () => {
    expect(() => runRankComparison(4096, [4], { alpha: 0 })).toThrow(
      "alpha must be a positive number, got 0",
    );
  });
});

describe("fillRankComparison", () => {
  const trial = (rank: number, accuracy: number | null, seconds: number) =>
    ({
      spec: { lora: { rank, alpha: 32 } },
      trainableParams: rank * 1000,
      ...(accuracy === null ? {} : { evaluation: { accuracy } }),
      measured: { seconds: { train: seconds } },
    }) as MeasuredTrial;

  test("takes the mean over the completed trials of each rank", () => {
    const trials = [trial(4, 0.9, 10), trial(4, 0.8, 20), trial(4, null, 1), trial(8, null, 1)];
    expect(fillRankComparison(runRankComparison(64, [4, 8, 16]), trials)).toEqual([
      {
        rank: 4,
        alpha: 32,
        trainableParams: 4000,
        accuracy: expect.closeTo(0.85, 12),
        trainingTimeSeconds: 15,
      },
      expect.objectContaining({ rank: 8, accuracy: null, trainingTimeSeconds: null }),
      expect.objectContaining({ rank: 16, accuracy: null, trainingTimeSeconds: null }),
    ]);
  });
});

describe("estimateTrainingMemory", () => {
  test("takes the listing's model where none is given", () => {
    expect(estimateTrainingMemory(4)).toEqual(estimateTrainingMemory(4, 4096, 32, "bf16"));
    expect(estimateTrainingMemory(4, 64)).toEqual(estimateTrainingMemory(4, 64, 32, "bf16"));
  });

  test("counts the base in its precision and the adapter in fp32 with both of Adam's moments", () => {
    const params = 1_048_576;
    expect(estimateTrainingMemory(4, 4096, 32, "bf16")).toMatchObject({
      trainableParams: params,
      baseBytes: 2 * 32 * 4096 * 4096,
      adapterBytes: 4 * params,
      gradientBytes: 4 * params,
      optimizerBytes: 8 * params,
      totalBytes: 2 * 32 * 4096 * 4096 + 16 * params,
    });
  });

  test.each([
    ["fp32", 4],
    ["fp16", 2],
    ["int8", 1 + 4 / 4096],
    ["nf4", 4.5 / 8],
    ["nf4-dq", 4.127 / 8],
  ] as const)("does not ignore precision: %s takes %d bytes a base weight", (precision, bytesPerWeight) => {
    const { baseBytes } = estimateTrainingMemory(4, 4096, 32, precision);
    expect(baseBytes / (32 * 4096 * 4096)).toBeCloseTo(bytesPerWeight, 3);
  });
});
