import { describe, expect, test } from "vitest";
import { memoryAdvice } from "../../src/memory/advice.ts";
import { baseFormat } from "../../src/memory/base-bytes.ts";
import { largestThatFits } from "../../src/memory/fits.ts";
import { notCountedIn, provenBounds } from "../../src/memory/not-counted.ts";
import type { TrainingOptions } from "../../src/memory/training.ts";
import { estimateRanks, matchCatalogueModel, type NotCounted, profileOf } from "../../src/memory.ts";
import { modelShapeFromConfig, selectTargets } from "../../src/models.ts";

function training(name: string, changed: Partial<TrainingOptions> = {}, targets: readonly string[] = []) {
  const shape = modelShapeFromConfig(matchCatalogueModel(name)!.model.config);
  return {
    ...{ shape, targets: selectTargets(shape, targets.length > 0 ? targets : "all-linear"), rank: 8 },
    ...{ base: baseFormat("bf16"), profile: profileOf("peft"), microBatch: 1, seq: 512 },
    ...changed,
  };
}

const fact = (direction: NotCounted["direction"]): NotCounted => ({ what: "something", direction });
const whats = (options: TrainingOptions) => notCountedIn(options).map(({ what }) => what);

test("bounds hold whatever is not counted", () => {
  const bounds = (...directions: NotCounted["direction"][]) => provenBounds([2, 3], directions.map(fact));
  expect([bounds(), bounds("more"), bounds("less"), bounds("either"), bounds("more", "less")]).toEqual([
    ...[
      [2, 3],
      [2, Infinity],
      [0, 3],
      [0, Infinity],
    ],
    [0, Infinity],
  ]);
});

describe("a model's own omissions", () => {
  const nf4 = { base: baseFormat("nf4") };
  test("experts: under all-linear, in few bits, and stacked", () => {
    const all = "adapters on the experts";
    expect(whats(training("mixtral-8x7b"))).toEqual([all]);
    expect(whats(training("mixtral-8x7b", { profile: profileOf("trl-2024") }))).toEqual([all]);
    expect(whats(training("mixtral-8x7b", {}, ["q_proj", "k_proj", "v_proj", "o_proj"]))).toEqual([]);
    expect(whats(training("mixtral-8x7b", {}, ["w1", "w2", "w3"]))).toEqual([
      "what adapters on stacked experts need while they run",
    ]);
    expect(whats(training("mixtral-8x7b", nf4, ["q_proj"]))).toEqual([
      "experts that bitsandbytes leaves in bf16 (90.2 GB)",
    ]);
    expect(whats(training("mixtral-8x7b", { rank: null }))).toEqual([]);
    expect(whats(training("qwen1.5-moe-a2.7b"))).toEqual([]);
    // in files of GPTQ each expert is quantised
    expect(whats(training("mixtral-8x7b", { base: baseFormat("gptq") }, ["q_proj"]))).toEqual([]);
  });
  test("transformers 4 had each expert as a layer, but for those that a checkpoint stacks", () => {
    const old = { ...nf4, profile: profileOf("trl-2024") };
    expect(whats(training("mixtral-8x7b", old, ["q_proj", "w1"]))).toEqual([]);
    expect(whats(training("gpt-oss-20b", old, ["q_proj"]))).toHaveLength(1);
    expect(whats(training("gpt-oss-20b"))).toEqual([]);
  });
  test("parts that are not described", () => {
    expect(notCountedIn(training("llama-4-scout", {}, ["q_proj"]))).toEqual([
      { what: "parts that read images or sound", direction: "more" },
      { what: "activations of the experts that the router did not choose", direction: "more" },
    ]);
    expect(whats(training("llama-3.1-8b"))).toEqual([]);
  });
});

test("no card, fit, largest value or advice claims what an omission may undo", () => {
  const options = { ...training("llama-3.2-1b"), ranks: [8], base: "bf16" } as const;
  const on = (bytes: number, direction: NotCounted["direction"]) =>
    estimateRanks({ ...options, card: { bytes }, notCounted: [fact(direction)] });
  const fits = (direction: NotCounted["direction"]) =>
    [1e9, 200e9].map((bytes) => on(bytes, direction).largestRank.fit);
  expect(fits("more")).toEqual(["does not fit", "may fit"]);
  expect(fits("less")).toEqual(["may fit", "fits"]);
  expect(fits("either")).toEqual(["may fit", "may fit"]);
  for (const direction of ["more", "either"] as const) {
    const { advice, largestRank, notCounted } = on(200e9, direction);
    expect(notCounted).toEqual([fact(direction)]);
    expect(largestRank.cards.fits).toBeNull();
    expect(advice).toMatchObject({ together: null, allCounted: false });
    expect(advice!.largest).toEqual({ rank: null, microBatch: null, seq: null });
    expect(advice!.otherCheckpointing.fit).toBe("may fit");
    expect(advice!.single.every(({ fit }) => fit === "may fit")).toBe(true);
  }
  const { largestRank, advice } = on(1e9, "less");
  expect(largestRank.cards).toMatchObject({ fits: { gigabytes: expect.any(Number) }, mayFit: null });
  expect(advice).toMatchObject({ together: null, allCounted: false });
});

test("advice gives up the experts' adapters where that makes it fit, and no base whose experts are not counted", () => {
  const options = training("mixtral-8x7b");
  const { together, single } = memoryAdvice(options, 192e9);
  expect(together!.map(({ set }) => set)).toEqual([{ targets: "q_proj,v_proj" }]);
  expect(single.find(({ set }) => "base" in set)).toMatchObject({ fit: "may fit" });
  const attention = training("mixtral-8x7b", {}, ["q_proj"]);
  expect(memoryAdvice(attention, 60e9)).toMatchObject({ together: null, allCounted: false });
  expect(memoryAdvice(training("llama-3.1-70b"), 8e9)).toMatchObject({ together: null, allCounted: true });
  expect(largestThatFits(options, 192e9, "seq")).toBeNull();
  expect(largestThatFits(attention, 192e9, "seq")).toBeGreaterThan(512);
});
