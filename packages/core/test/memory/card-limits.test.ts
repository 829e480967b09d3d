import { describe, expect, test } from "vitest";
import { findCatalogueModel } from "../../src/catalogue/catalogue.ts";
import { memoryAdvice } from "../../src/memory/advice.ts";
import { baseFormat } from "../../src/memory/base-bytes.ts";
import { cardLimits } from "../../src/memory/card-limits.ts";
import { memoryRows, type RankEstimate } from "../../src/memory/rows.ts";
import { profileOf } from "../../src/memory.ts";
import { findCard } from "../../src/memory-names.ts";
import { modelShapeFromConfig } from "../../src/model/model-shape.ts";

const shape = modelShapeFromConfig(findCatalogueModel("qwen3-0.6b")!.config);
const options = { shape, targets: shape.linears, profile: profileOf("peft"), microBatch: 1, seq: 512 };

function limits(card: string, base: RankEstimate["base"], settings: Partial<RankEstimate["settings"]> = {}) {
  return cardLimits(findCard(card)!, memoryRows({ ...options, ranks: [8, 16], base, settings }));
}

describe("what a card cannot run", () => {
  test.each([
    ["p100", "P100"],
    ["v100", "V100 16GB"],
    ["t4", "T4"],
    ["2080-ti", "RTX 2080 Ti"],
  ])("%s has neither bf16 nor FlashAttention 2", (card, name) => {
    expect(limits(card, "bf16", { attention: "flash" })).toEqual([
      `${name} has no bf16 in hardware; fp16 takes as much memory (requested: base bf16).`,
      `${name} cannot run FlashAttention 2; sdpa takes as much memory (requested: attention flash).`,
    ]);
    expect(limits(card, "fp16")).toEqual([]);
  });

  test("a 4-bit base computes in bf16, and an adapter may be in it", () => {
    expect(limits("t4", "nf4-dq")[0]).toContain("(requested: base nf4-dq)");
    expect(limits("t4", "fp32", { adapterDtype: "bf16" })[0]).toContain("(requested: adapter in bf16)");
  });

  test("int8 products run from Turing on", () => {
    const int8 = "V100 32GB cannot run the int8 products of bitsandbytes; NF4 runs (requested: base int8).";
    expect(limits("v100-32gb", "int8")).toContain(int8);
    expect(limits("t4", "int8").join()).not.toContain("int8 products");
  });

  test("newer cards run all of it", () => {
    for (const card of ["a100", "4090", "l4", "h100", "mi300x"])
      expect(limits(card, "int8", { attention: "flash", adapterDtype: "bf16" })).toEqual([]);
  });

  test("sdpa takes as much memory as flash attention, and fp16 as bf16, as the sentences say", () => {
    const peaks = (["bf16", "fp16"] as const).flatMap((base) =>
      (["sdpa", "flash"] as const).map((attention) => {
        const [row] = memoryRows({ ...options, ranks: [8], base, settings: { attention } });
        return row!.estimate.allocatedBytes;
      }),
    );
    expect(new Set(peaks).size).toBe(1);
  });

  test("no change is proposed that the card cannot run", () => {
    const asked = {
      ...options,
      rank: 8,
      base: baseFormat("fp16"),
      settings: { attention: "eager" },
    } as const;
    const flags = (lacks = findCard("a100")!.lacks) =>
      memoryAdvice(asked, 1e9, lacks).single.flatMap(({ set }) =>
        Object.entries(set).map(([name, value]) => `${name} ${value}`),
      );
    expect(flags()).toEqual(expect.arrayContaining(["attention flash", "adapterDtype bf16"]));
    for (const flag of flags(findCard("p100")!.lacks))
      expect(flag).not.toMatch(/attention flash|adapterDtype bf16/);
  });
});
