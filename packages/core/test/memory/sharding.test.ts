import { describe, expect, test } from "vitest";
import { findCatalogueModel } from "../../src/catalogue/catalogue.ts";
import { changesThatFit } from "../../src/memory/advice.ts";
import { baseFormat } from "../../src/memory/base-bytes.ts";
import { estimateMemory } from "../../src/memory/estimate.ts";
import { estimateFull } from "../../src/memory/full.ts";
import { totalOfParts } from "../../src/memory/parts.ts";
import { profileOf } from "../../src/memory/profiles.ts";
import { type Strategy, strategies } from "../../src/memory/sharding.ts";
import { modelShapeFromConfig } from "../../src/model/model-shape.ts";

const shape = modelShapeFromConfig(findCatalogueModel("llama-3.1-8b")!.config);
const batch = { shape, profile: profileOf("peft"), microBatch: 1, seq: 512 };
const lora = { ...batch, targets: shape.linears, rank: 64, base: baseFormat("bf16") };

const loraOn = (strategy: Strategy, count = 4) => estimateMemory({ ...lora, cards: { count, strategy } });
const fullOn = (strategy: Strategy, count = 4) => estimateFull({ ...batch, cards: { count, strategy } });

describe("one of several cards", () => {
  test.each(strategies)("%s on one card is no sharing", (strategy) => {
    expect(loraOn(strategy, 1)).toEqual(estimateMemory(lora));
    expect(fullOn(strategy, 1)).toEqual(estimateFull(batch));
  });

  test.each(strategies)("%s: the parts add up, and all figures are finite", (strategy) => {
    for (const { parts, allocatedBytes, phases } of [loraOn(strategy), fullOn(strategy)]) {
      expect(totalOfParts(parts)).toBe(allocatedBytes);
      expect(Math.max(...Object.values(phases))).toBe(allocatedBytes);
      for (const bytes of Object.values(parts)) expect(bytes).toBeGreaterThanOrEqual(0);
    }
  });

  test("shares what ZeRO's table says, of trained tensors alone with LoRA", () => {
    const [one, full] = [estimateMemory(lora), estimateFull(batch)];
    const shares: Readonly<Record<Strategy, readonly [weights: number, gradients: number, states: number]>> =
      {
        ddp: [1, 1, 1],
        zero1: [1, 1, 4],
        zero2: [1, 4, 4],
        zero3: [4, 4, 4],
        fsdp: [4, 4, 4],
      };
    for (const strategy of strategies) {
      const [weights, gradients, states] = shares[strategy];
      const [ofLora, ofFull] = [loraOn(strategy), fullOn(strategy)];
      expect([ofLora.baseBytes, ofLora.gradientBytes, ofLora.optimizerBytes]).toEqual([
        one.baseBytes / weights,
        one.gradientBytes / gradients,
        one.optimizerBytes / states,
      ]);
      // 2 bytes of weight, 2 of gradient and 4 of moments a parameter
      const perParam = 2 / weights + 2 / gradients + 4 / states;
      expect(ofFull.staticBytes / (shape.totalParams * perParam)).toBeCloseTo(1, 6);
      expect(full.staticBytes).toBe(8 * shape.totalParams);
    }
  });

  test("DDP adds buckets of the size of the trained gradients, and nothing else", () => {
    const one = estimateMemory(lora);
    expect(loraOn("ddp").allocatedBytes - one.allocatedBytes).toBe(one.gradientBytes);
  });

  test("each strategy needs less than the one before, but for buckets", () => {
    const peaks = (["ddp", "zero1", "zero2", "zero3"] as const).map((each) => fullOn(each).allocatedBytes);
    expect(peaks).toEqual([...peaks].sort((a, b) => b - a));
    expect(loraOn("fsdp").allocatedBytes).toBeLessThan(loraOn("zero2").allocatedBytes);
  });

  test("gathers two blocks, and what is outside of the blocks", () => {
    const embeddingAndHead = 2 * 128_256 * 4096 * 2;
    const blocks = estimateMemory(lora).baseBytes - embeddingAndHead;
    const held = fullOn("fsdp", 1e6).parts.baseWeights;
    expect(held / (embeddingAndHead + (2 * blocks) / 32)).toBeCloseTo(1, 2);
  });

  test("activations are those of the card's own micro-batch", () => {
    expect(loraOn("fsdp").parts.feedForward).toBe(estimateMemory(lora).parts.feedForward);
  });

  test("sharing the weights is a change that is proposed, and none on a single card", () => {
    const budget = 20e9;
    const settings = { checkpointing: "on" } as const;
    const cards = { count: 4, strategy: "ddp" } as const;
    const flags = (changes: ReturnType<typeof changesThatFit>) => changes?.map(({ set }) => set);
    expect(flags(changesThatFit({ ...lora, settings, cards }, budget))).toContainEqual({ strategy: "fsdp" });
    expect(flags(changesThatFit({ ...lora, settings }, budget))).not.toContainEqual({ strategy: "fsdp" });
  });

  test("refuses what is not modelled", () => {
    const shared = { count: 2, strategy: "zero3" } as const;
    for (const base of ["int8", "gptq"] as const)
      expect(() => estimateMemory({ ...lora, base: baseFormat(base), cards: shared })).toThrow(
        `strategy must be ddp, zero1 or zero2 on a base in ${base}`,
      );
    expect(() => loraOn("ddp", 0)).toThrow("cards must be an integer from 1 to 1000000, got 0");
    expect(loraOn("zero2").assumptions[0]).toMatch(
      /^All figures are of one of 4 cards.* Offload, hybrid shards/,
    );
  });
});
