import { describe, expect, test } from "vitest";
import type { TrialResult } from "../../src/schema/types.ts";
import { stepGrowth } from "../../src/words/sweep-claims.ts";

interface Scene {
  readonly ranks?: readonly number[];
  readonly alphaOf?: (rank: number) => number;
  readonly lora?: { readonly scalingRule: "rslora" };
}

/** Trials of which nothing is read but their adapters. */
const trials = ({ ranks = [1, 8, 64], alphaOf = () => 32, lora }: Scene) =>
  ranks.map(
    (rank) =>
      ({ spec: { lora: { rank, alpha: alphaOf(rank), scalingRule: "lora", ...lora } } }) as TrialResult,
  );

describe("stepGrowth", () => {
  test("a fixed alpha under alpha / rank gives every rank the same step", () => {
    expect(stepGrowth(trials({}))).toBeUndefined();
  });
  test("alpha = rank grows with the rank: 64 times from rank 1 to 64", () => {
    expect(stepGrowth(trials({ alphaOf: (rank) => rank }))).toEqual({
      rule: "alpha-follows-rank",
      alphaPerRank: 1,
      smallest: 1,
      largest: 64,
      ratio: 64,
    });
  });
  test("alpha = 2 × rank has the same shape", () => {
    const growth = stepGrowth(trials({ alphaOf: (rank) => 2 * rank }));
    expect(growth).toMatchObject({ rule: "alpha-follows-rank", alphaPerRank: 2, ratio: 64 });
  });
  test("rsLoRA at a fixed alpha grows with the root of the rank", () => {
    expect(stepGrowth(trials({ lora: { scalingRule: "rslora" } }))).toMatchObject({
      rule: "rslora",
      ratio: 8,
    });
  });
  test("rsLoRA with alpha = rank grows with both", () => {
    const growth = stepGrowth(trials({ alphaOf: (rank) => rank, lora: { scalingRule: "rslora" } }));
    expect(growth).toMatchObject({ rule: "alpha-follows-rank", ratio: 8 * 64 });
  });
  test("rsLoRA with alpha falling as 1 / √rank takes the same step at every rank", () => {
    const alphaOf = (rank: number) => 16 / Math.sqrt(rank);
    expect(stepGrowth(trials({ alphaOf, lora: { scalingRule: "rslora" } }))).toBeUndefined();
  });
  test("any other rule is one of its own, whichever way it goes", () => {
    expect(stepGrowth(trials({ alphaOf: (rank) => 64 / rank }))).toMatchObject({
      rule: "other",
      ratio: 1 / 64,
    });
  });
  test("rank 0 has no adapter, and one rank is compared with nothing", () => {
    expect(stepGrowth(trials({ ranks: [0, 4], alphaOf: (rank) => rank }))).toBeUndefined();
    expect(stepGrowth([])).toBeUndefined();
  });
});
