import { describe, expect, test } from "vitest";
import { stepGrowth, stepSizeInWords } from "../../src/data/step-size.ts";
import { makeResults, type Scene } from "../fixtures/make-results.ts";

const trials = (scene: Scene) =>
  makeResults({ ranks: [1, 8, 64], seeds: [0, 1], examples: 10, steps: 2, ...scene }).trials;

describe("stepGrowth", () => {
  test("a fixed alpha under alpha / rank gives every rank the same step", () => {
    expect(stepGrowth(trials({}))).toBeUndefined();
  });
  test("alpha = rank grows with the rank: 64 times from rank 1 to 64", () => {
    expect(stepGrowth(trials({ alphaOf: (rank) => rank }))).toEqual({
      kind: "alpha-follows-rank",
      alphaPerRank: 1,
      smallest: 1,
      largest: 64,
      ratio: 64,
    });
  });
  test("alpha = 2 × rank has the same shape", () => {
    const growth = stepGrowth(trials({ alphaOf: (rank) => 2 * rank }));
    expect(growth).toMatchObject({ kind: "alpha-follows-rank", alphaPerRank: 2, ratio: 64 });
  });
  test("rsLoRA at a fixed alpha grows with the root of the rank", () => {
    expect(stepGrowth(trials({ lora: { scalingRule: "rslora" } }))).toMatchObject({
      kind: "rslora",
      ratio: 8,
    });
  });
  test("rsLoRA with alpha = rank grows with both", () => {
    const growth = stepGrowth(trials({ alphaOf: (rank) => rank, lora: { scalingRule: "rslora" } }));
    expect(growth).toMatchObject({ kind: "alpha-follows-rank", ratio: 8 * 64 });
  });
  test("rsLoRA with alpha falling as 1 / √rank takes the same step at every rank", () => {
    const alphaOf = (rank: number) => 16 / Math.sqrt(rank);
    expect(stepGrowth(trials({ alphaOf, lora: { scalingRule: "rslora" } }))).toBeUndefined();
  });
  test("any other rule is one of its own, whichever way it goes", () => {
    expect(stepGrowth(trials({ alphaOf: (rank) => 64 / rank }))).toMatchObject({
      kind: "other",
      ratio: 1 / 64,
    });
  });
  test("rank 0 has no adapter, and one rank is compared with nothing", () => {
    expect(stepGrowth(trials({ ranks: [0, 4], alphaOf: (rank) => rank }))).toBeUndefined();
    expect(stepGrowth([])).toBeUndefined();
  });
});

describe("stepSizeInWords", () => {
  test("says what alpha = rank does, by how much, and what would tell the rank from the step", () => {
    expect(stepSizeInWords(trials({ ranks: [4, 32], alphaOf: (rank) => rank }))).toEqual({
      label: "This sweep was run with alpha = rank.",
      text:
        "At one learning rate the update then grows with the rank: the first step of rank 32 is about 8 times that of " +
        "rank 4. A rank that looks better may only have taken larger steps; a sweep with a fixed alpha tells the two " +
        "apart. Measured for ranks 1 to 64, the first step lowered the loss by 0.15 to 8.60 times as much as that of " +
        "rank 8 under alpha = rank, and by 0.89 to 1.01 times as much at a fixed alpha.",
    });
    expect(stepSizeInWords(trials({ alphaOf: (rank) => 2 * rank }))?.label).toBe(
      "This sweep was run with alpha = 2 × rank.",
    );
  });
  test("says of rsLoRA that its update grows with √rank", () => {
    expect(stepSizeInWords(trials({ ranks: [4, 32], lora: { scalingRule: "rslora" } }))?.text).toBe(
      "Its scaling is alpha / √rank, so the update grows with √rank: the first step of rank 32 is about 2.83 times that of rank 4. A part of a difference between ranks may be step size.",
    );
  });
  test("says nothing where there is nothing to say", () => {
    expect(stepSizeInWords(trials({}))).toBeUndefined();
  });
});
