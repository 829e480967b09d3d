// Published sweeps: the table and the page are those of the data, and the nearest are a prior that `lorank plan` prints.
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { publishedPage, singleRates } from "../../scripts/published/page.ts";
import { publishedModule } from "../../scripts/published/rows-module.ts";
import { allRuns, millionsOf, sweepsOf } from "../../scripts/published/sweeps.ts";
import { nearestSweeps, publishedSweeps, publishedWords } from "../../src/commands/plan/published.ts";

const sources = allRuns().map(sweepsOf);
const file = (path: string): string => readFileSync(new URL(path, import.meta.url), "utf8");

describe("`npm run published` has been run: it writes", () => {
  test("src/commands/plan/published-rows.ts", () => {
    expect(publishedModule(sources)).toBe(file("../../src/commands/plan/published-rows.ts"));
  });

  test("docs/checked/published-sweeps.md", () => {
    expect(publishedPage(sources)).toBe(file("../../../../docs/checked/published-sweeps.md"));
  });
});

describe("the data say", () => {
  test("that 38 of 119 sweeps at a single rate name another rank than the tuned one", () => {
    expect(singleRates()).toMatchObject({ all: 119, other: 38 });
  });

  test("that the smallest rank tried is within 0.02 nats in 33 of 35 models, all but two small ones", () => {
    const instruction = publishedSweeps.filter(({ data }) => data === "tulu3");
    const others = instruction.filter(({ ranks, smallestWithinMargin }) => smallestWithinMargin !== ranks[0]);
    expect(instruction).toHaveLength(35);
    expect(others.map(({ model }) => model)).toEqual(["Llama-3.2-1B", "Llama-3.2-3B"]);
  });

  test("of BERT's 28 sweeps that a verdict names no other rank than the smallest within the margin", () => {
    const bert = publishedSweeps.filter(({ model }) => model === "BERT-base");
    const named = bert.filter(({ verdictRank }) => verdictRank !== null);
    expect(bert).toHaveLength(28);
    expect(named.length).toBeGreaterThan(0);
    for (const { verdictRank, smallestWithinMargin } of named) expect(verdictRank).toBe(smallestWithinMargin);
  });

  test.each([
    ["Qwen3-30B-A3B-Base", 30_000],
    ["gpt-oss-20b", 20_000],
    ["NVIDIA-Nemotron-3-Ultra-550B-A55B-BF16", 550_000],
    ["Kimi-K2.5", 1_000_000],
  ])("the size of %s", (model, millions) => expect(millionsOf(model)).toBe(millions));

  test("not the size of a model without one in its name", () => {
    expect(() => millionsOf("mystery-v2")).toThrow("model must have its size in its name, got mystery-v2");
  });
});

describe("the nearest sweeps", () => {
  test("are of the same kind of task and of about the same sizes", () => {
    const near = nearestSweeps({ kind: "classification", params: 150e6, trainExamples: 700 });
    expect(near).toHaveLength(8);
    expect(new Set(near.map(({ trainExamples }) => trainExamples))).toEqual(new Set([500, 1000]));
    const large = nearestSweeps({ kind: "causal-lm", params: 8e9, trainExamples: 50_000 });
    expect(large.filter(({ model }) => model.includes("8B"))).toHaveLength(4);
  });

  test("are none beyond a factor of ten in parameters or examples", () => {
    expect(nearestSweeps({ kind: "classification", params: 2.4e6, trainExamples: 600 })).toEqual([]);
    expect(nearestSweeps({ kind: "classification", params: 1.2e9, trainExamples: 600 })).toEqual([]);
    expect(nearestSweeps({ kind: "causal-lm", params: 8e9, trainExamples: 1000 })).toEqual([]);
    expect(publishedWords([])).toBeUndefined();
  });

  test("are named as a prior, with how sure they are", () => {
    expect(
      publishedWords(nearestSweeps({ kind: "classification", params: 110e6, trainExamples: 2000 })),
    ).toBe(
      "What published sweeps found, not what yours will: 8 sweeps of models of 0.1 billion parameters on 1,000 to 3,668 examples. " +
        "The smallest rank within 1 point of the best mean: 8 in 2, 16 in 3, 32 in 2, 64 in 1. " +
        "5 seeds each: enough for a verdict in 3. Every sweep: https://lorank.github.io/lorank/checked/published-sweeps.html",
    );
  });

  test("say where the smallest rank tried was enough, and that one seed shows no noise", () => {
    expect(publishedWords(nearestSweeps({ kind: "causal-lm", params: 8e9, trainExamples: 200_000 }))).toBe(
      "What published sweeps found, not what yours will: 8 sweeps of models of 4 to 9 billion parameters on 99,840 examples. " +
        "The smallest rank within 0.02 nats of the best: 4 in all, the smallest tried. " +
        "One seed each: nothing shows the noise between seeds. Every sweep: https://lorank.github.io/lorank/checked/published-sweeps.html",
    );
  });

  test("of several sources stand apart, each with its margin", () => {
    const words = publishedWords(nearestSweeps({ kind: "causal-lm", params: 3e9, trainExamples: 40_000 }));
    expect(words).toContain(
      "1 sweep of models of 3 billion parameters on 20,000 examples. The smallest rank within 1 point of the best: 32, the smallest tried. ",
    );
    expect(words).toContain(
      "Also 7 sweeps of models of 3 to 8 billion parameters on 99,840 examples. " +
        "The smallest rank within 0.02 nats of the best: 4 in 6, 16 in 1; the smallest tried in 6. ",
    );
  });
});
