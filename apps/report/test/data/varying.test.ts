import { describe, expect, test } from "vitest";
import { shownCompared } from "../../src/compared.ts";
import { distinct, settingOf, valueByRank, valueFor } from "../../src/data/varying.ts";
import { makeResults } from "../fixtures/make-results.ts";

const scene = { ranks: [2, 4, 8], seeds: [0, 1], examples: 10, steps: 2 };
const alpha = (trial: { spec: { lora: { alpha?: number } } }) => String(trial.spec.lora.alpha);

const alphas = (trials: Parameters<typeof settingOf>[1]) =>
  settingOf("Alpha", trials, shownCompared({}), alpha);

describe("a setting of trials", () => {
  test("is one value when all runs agree", () => {
    expect(valueByRank(alphas(makeResults(scene).trials))).toBe("32");
  });
  test("names the ranks of each value when they differ", () => {
    const { trials } = makeResults({ ...scene, alphaOf: (rank) => (rank === 8 ? 16 : 4) });
    expect(valueByRank(alphas(trials))).toBe("4 (ranks 2, 4); 16 (rank 8)");
  });
  test("lists at most 24 values, and 24 ranks of a value", () => {
    const ranks = Array.from({ length: 30 }, (_, index) => index + 1);
    const each = valueByRank(alphas(makeResults({ ...scene, ranks, alphaOf: (rank) => rank }).trials));
    expect(each).toMatch(/^1 \(rank 1\); .*; 24 \(rank 24\) and 6 more$/);
    const two = makeResults({ ...scene, ranks, alphaOf: (rank) => (rank === 1 ? 1 : 2) }).trials;
    expect(valueByRank(alphas(two))).toMatch(/^1 \(rank 1\); 2 \(ranks 2, .*, 25 and 5 more\)$/);
  });
  test("has the values of a single rank, if it has one", () => {
    const setting = alphas(makeResults({ ...scene, alphaOf: (rank) => (rank === 8 ? 16 : 4) }).trials);
    expect([2, 8, 32].map((rank) => valueFor(setting, rank))).toEqual(["4", "16", ""]);
  });
  test("is empty without runs", () => {
    expect(valueByRank(alphas([]))).toBe("");
  });
});

test("distinct lists each value once, in order", () => {
  const { trials } = makeResults(scene);
  expect(distinct(trials, (trial) => String(trial.spec.seed))).toEqual(["0", "1"]);
});
