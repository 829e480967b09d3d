import { describe, expect, test } from "vitest";
import { memoryAdvice } from "../../src/memory/advice.ts";
import { baseFormat } from "../../src/memory/base-bytes.ts";
import { largestThatFits } from "../../src/memory/fits.ts";
import { notCountedIn, provenBounds } from "../../src/memory/not-counted.ts";
import type { Objective } from "../../src/memory/objectives/objective.ts";
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
  test("experts are none: adapters, bases in few bits and full fine-tuning are counted", () => {
    for (const profile of ["peft", "trl-2024"].map(profileOf))
      for (const changed of [{}, nf4, { base: baseFormat("gptq") }, { rank: null }])
        for (const targets of [[], ["q_proj"], ["w1", "w2", "w3"]])
          expect(whats(training("mixtral-8x7b", { profile, ...changed }, targets))).toEqual([]);
    expect(whats(training("qwen1.5-moe-a2.7b"))).toEqual([]);
  });
  test("unsloth needs less where experts are in 4 bits or have adapters", () => {
    const unsloth = { profile: profileOf("unsloth") };
    const saved = ["savings of unsloth on experts in 4 bits and their adapters"];
    expect(whats(training("mixtral-8x7b", unsloth))).toEqual(saved);
    expect(whats(training("mixtral-8x7b", { ...unsloth, ...nf4 }, ["q_proj"]))).toEqual(saved);
    expect(whats(training("mixtral-8x7b", unsloth, ["q_proj"]))).toEqual([]);
    expect(whats(training("llama-3.1-8b", { ...unsloth, ...nf4 }))).toEqual([]);
  });
  test("parts that are not described", () => {
    expect(notCountedIn(training("llama-4-scout", {}, ["q_proj"]))).toEqual([
      { what: "parts that read images or sound", direction: "more" },
      { what: "activations of the experts that the router did not choose", direction: "more" },
    ]);
    expect(whats(training("gpt-oss-20b", nf4))).toEqual([]);
    expect(whats(training("llama-3.1-8b"))).toEqual([]);
  });
});

test("losses of stacks that were not read, or that have no such recipe, are open", () => {
  const open = (profile: string, name: Objective["name"]) =>
    whats(training("llama-3.2-1b", { profile: profileOf(profile), objective: { name } }));
  for (const name of ["dpo", "kto", "orpo", "simpo", "reward"] as const)
    for (const profile of ["trl", "trl-2026", "axolotl", "unsloth", "llama-factory"])
      expect(open(profile, name)).toEqual([]);
  expect(open("trl-2026", "grpo")).toEqual([]);
  expect(open("unsloth", "grpo")).toEqual(["what unsloth does otherwise than TRL for GRPO"]);
  expect(open("torchtune", "dpo")).toEqual([]);
  expect(open("torchtune", "orpo")).toEqual(["ORPO, which torchtune has no recipe for"]);
  expect(open("litgpt", "dpo")).toEqual(["DPO, which litgpt has no recipe for"]);
  expect(open("litgpt", "sft")).toEqual([]);
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

test("advice on a mixture holds, as its experts and their adapters are counted", () => {
  const options = training("mixtral-8x7b");
  const { together } = memoryAdvice(options, 120e9);
  expect(together!.map(({ set }) => set)).toEqual([{ checkpointing: "on" }]);
  const checkpointing = { settings: { checkpointing: "on" } as const };
  expect(largestThatFits({ ...options, ...checkpointing }, 192e9, "seq")).toBeGreaterThan(512);
  // Linear layers in 4 bits leave 90 GB of experts.
  expect(memoryAdvice(options, 60e9)).toMatchObject({ together: null, allCounted: true });
  expect(memoryAdvice(training("llama-3.1-70b"), 8e9)).toMatchObject({ together: null, allCounted: true });
});
