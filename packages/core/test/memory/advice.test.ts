import { describe, expect, test } from "vitest";
import { type ChangeEffect, memoryAdvice } from "../../src/memory/advice.ts";
import { baseFormat } from "../../src/memory/base-bytes.ts";
import { changes } from "../../src/memory/changes.ts";
import { estimateMemory, type MemoryOptions } from "../../src/memory/estimate.ts";
import { largestThatFits } from "../../src/memory/fits.ts";
import type { TrainingOptions } from "../../src/memory/training.ts";
import { catalogueModels, estimateTraining, profileOf } from "../../src/memory.ts";
import { modelShapeFromConfig, selectTargets } from "../../src/models.ts";
import { bertBase, gpt2With124M, llama31With8B, llama32With1B } from "../models.ts";

const shape = modelShapeFromConfig(llama31With8B);
const options: MemoryOptions = {
  shape,
  targets: selectTargets(shape, "all-linear"),
  ...{ rank: 16, base: { dtype: "bf16" }, profile: profileOf("peft"), microBatch: 2, seq: 1024 },
};

/** What a person who types the changes gets. */
function typedIn(asked: MemoryOptions, effects: readonly ChangeEffect[]): number {
  let typed = asked;
  for (const { set } of effects) {
    for (const [name, value] of Object.entries(set)) {
      if (name === "base") typed = { ...typed, base: baseFormat(value) };
      else if (name === "targets") typed = { ...typed, targets: selectTargets(shape, value.split(",")) };
      else if (name === "microBatch" || name === "seq" || name === "rank")
        typed = { ...typed, [name]: Number(value) };
      else {
        const setting =
          name === "kbitPrepare" ? value === "true" : name === "dropout" ? Number(value) : value;
        typed = { ...typed, settings: { ...typed.settings, [name]: setting } };
      }
    }
  }
  return estimateMemory(typed).deviceBytes[1];
}

test("full fine-tuning is offered what it has: no base, no adapter, no rank", () => {
  const small = modelShapeFromConfig(llama32With1B);
  const full = {
    ...{ shape: small, targets: [], base: baseFormat("bf16"), profile: profileOf("peft"), rank: null },
    ...{ microBatch: 8, seq: 2048 },
  };
  const { deviceBytes } = estimateTraining(full);
  const names = memoryAdvice(full, 24e9).single.map(({ name }) => name);
  expect(names).toContain("gradient checkpointing");
  expect(names).toContain("8-bit AdamW");
  for (const none of ["base in nf4-dq", "half the rank", "adapter in bf16", "adapters on q and v only"])
    expect(names).not.toContain(none);
  const sequence = memoryAdvice(full, 24e9).together!;
  expect(sequence.at(-1)!.deviceBytes[1]).toBeLessThanOrEqual(24e9);
  expect(deviceBytes[1]).toBeGreaterThan(24e9);
  expect(largestThatFits(full, 24e9, "rank")).toBeNull();
  expect(largestThatFits(full, 200e9, "microBatch")).toBeGreaterThanOrEqual(8);
});

describe("single changes", () => {
  test("each saves what it says, by what its option does alone, the most first", () => {
    const before = estimateMemory(options).deviceBytes[1];
    const found = memoryAdvice(options, 24e9).single;
    expect(found.length).toBeGreaterThan(8);
    for (const change of found) {
      expect(typedIn(options, [change]), change.name).toBe(before - change.savedBytes);
      expect(change.savedBytes).toBeGreaterThan(0);
    }
    const saved = found.map(({ savedBytes }) => savedBytes);
    expect(saved).toEqual([...saved].sort((a, b) => b - a));
  });

  test("names checkpointing and not the rank as what saves most at a long length", () => {
    const names = memoryAdvice({ ...options, seq: 4096 }, 24e9).single.map(({ name }) => name);
    expect(names.slice(0, 2)).toEqual(["checkpointing, inputs on the host", "gradient checkpointing"]);
    expect(names.indexOf("half the rank")).toBeGreaterThan(names.indexOf("base in nf4-dq"));
  });

  test("offers nothing that is so already", () => {
    const set = {
      checkpointing: "offload",
      loss: "fused",
      attention: "flash",
      adapterDtype: "bf16",
    } as const;
    const lean: MemoryOptions = {
      ...{ ...options, base: baseFormat("nf4-dq"), settings: { ...set, optimizer: "paged-adamw-8bit" } },
      ...{ targets: selectTargets(shape, ["q_proj"]), microBatch: 1, seq: 1, rank: 1 },
    };
    expect(memoryAdvice(lean, 24e9).single).toEqual([]);
  });

  test("an adapter in float32 is offered bfloat16, and one that is in bfloat16 is not", () => {
    const names = (adapterDtype: "fp32" | "bf16"): string[] =>
      memoryAdvice({ ...options, settings: { adapterDtype } }, 24e9).single.map(({ name }) => name);
    expect(names("fp32")).toContain("adapter in bf16");
    expect(names("bf16")).not.toContain("adapter in bf16");
  });

  test("old bitsandbytes, dropout and k-bit preparation are named where a stack has them", () => {
    const old = { ...options, base: baseFormat("nf4"), profile: profileOf("trl-2024") };
    // a loss in parts leaves the peak to the blocks
    const small = { ...old, settings: { loss: "chunked", bnbVersion: "0.42.0" } as const };
    const names = memoryAdvice(small, 24e9).single.map(({ name }) => name);
    expect(names).toContain("bitsandbytes 0.43.2 or later");
    expect(names).toContain("no adapter dropout");
    expect(names).toContain("no preparation for k-bit training");
  });

  test.each([
    ["BERT", bertBase, "query,value"],
    ["GPT-2, whose q, k and v are one", gpt2With124M, undefined],
  ])("finds queries and values of %s", (_, config, targets) => {
    const other = modelShapeFromConfig(config);
    const found = memoryAdvice({ ...options, shape: other, targets: other.linears }, 1e9).single;
    expect(found.find(({ set }) => "targets" in set)?.set.targets).toBe(targets);
  });
});

describe("changes together", () => {
  test("helps every model of the catalogue to the least that it can do with", () => {
    for (const { id, config } of catalogueModels()) {
      const each = modelShapeFromConfig(config);
      const asked = { ...options, shape: each, targets: each.linears, rank: 8 };
      const half = estimateMemory(asked).deviceBytes[1] * 0.6;
      const found = memoryAdvice(asked, half).together;
      if (found !== null) expect(found.at(-1)?.fit, id).toBe("fits");
      expect(memoryAdvice(asked, half).single.length, id).toBeGreaterThan(3);
    }
  });

  test("is nothing where it fits", () => {
    expect(memoryAdvice(options, 80e9).together).toEqual([]);
  });

  test.each([40, 32, 24, 16, 12, 10])(
    "its changes, typed in, fit %i GB, and none can be left out",
    (gigabytes) => {
      const budget = gigabytes * 1e9;
      const found = memoryAdvice(options, budget).together!;
      expect(found.at(-1)?.fit).toBe("fits");
      expect(typedIn(options, found)).toBe(found.at(-1)?.deviceBytes[1]);
      expect(typedIn(options, found)).toBeLessThanOrEqual(budget);
      for (const left of found) {
        const others = found.filter((each) => each !== left);
        expect(typedIn(options, others), left.name).toBeGreaterThan(budget);
      }
    },
  );

  test("is of the fewest changes, and of sets of as many the one whose dearest change is cheapest", () => {
    const { single } = memoryAdvice(options, 1e9);
    const useful = changes.filter(({ name }) => single.some((effect) => effect.name === name));
    const bytesAfter = (set: typeof useful): number => {
      let now: TrainingOptions = options;
      for (const change of set) {
        const changed = change.apply(now, { ...now.profile.settings, ...now.settings });
        if (changed === null) return Infinity;
        now = changed.options;
      }
      return estimateTraining(now).deviceBytes[1];
    };
    // Bits of a number choose a set: the highest one is its dearest change.
    const sets = Array.from({ length: 2 ** useful.length }, (_, bits) =>
      useful.filter((_, index) => (bits >> index) % 2 === 1),
    )
      .filter(({ length }) => length >= 1 && length <= 3)
      .sort((a, b) => a.length - b.length)
      .map((set) => ({ names: set.map(({ name }) => name), bytes: bytesAfter(set) }));
    const budgets = sets.filter(({ bytes }, index) => index % 7 === 0 && bytes < Infinity);
    expect(budgets.length).toBeGreaterThan(20);
    for (const { bytes: budget } of budgets) {
      const found = memoryAdvice(options, budget).together?.map(({ name }) => name);
      expect(found).toEqual(sets.find(({ bytes }) => bytes <= budget)?.names);
    }
  });

  test("is one change where one is enough, and of those the one with the lowest price", () => {
    const enough = memoryAdvice(options, 40e9).single.filter(({ fit }) => fit === "fits");
    expect(enough.length).toBeGreaterThan(1);
    const found = memoryAdvice(options, 40e9).together!;
    expect(found).toHaveLength(1);
    const price = (name: string) => changes.findIndex((each) => each.name === name);
    for (const { name } of enough) expect(price(found[0]!.name)).toBeLessThanOrEqual(price(name));
  });

  test("finds more than three changes, halving again and again, and is null where nothing helps", () => {
    const huge = { ...options, microBatch: 64, seq: 8192 };
    const found = memoryAdvice(huge, 12e9).together!;
    expect(found.length).toBeGreaterThan(3);
    expect(found.at(-1)?.fit).toBe("fits");
    expect(found.filter(({ name }) => name === "half the micro-batch").length).toBeGreaterThan(1);
    expect(memoryAdvice(options, 4e9).together).toBeNull();
  });
});
