import { describe, expect, test } from "vitest";
import { findCatalogueModel } from "../../src/catalogue/catalogue.ts";
import { memoryAdvice } from "../../src/memory/advice.ts";
import { baseFormat } from "../../src/memory/base-bytes.ts";
import { estimateMemory } from "../../src/memory/estimate.ts";
import { estimateFull } from "../../src/memory/full.ts";
import { strategies } from "../../src/memory/names.ts";
import { totalOfParts } from "../../src/memory/parts.ts";
import { profileOf } from "../../src/memory/profiles.ts";
import type { Strategy } from "../../src/memory/sharding.ts";
import type { StackSettings } from "../../src/memory/stack.ts";
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
      // 2 bytes of weight, 2 of gradient and 4 of moments a parameter; DeepSpeed steps in fp32: 4 of weight, 8 of moments
      const ofStates = strategy.startsWith("zero") ? 12 : 4;
      const perParam = 2 / weights + 2 / gradients + ofStates / states;
      expect(ofFull.staticBytes / (shape.totalParams * perParam)).toBeCloseTo(1, 6);
      expect(full.staticBytes).toBe(8 * shape.totalParams);
    }
  });

  test("DDP adds buckets of the size of the trained gradients, and nothing else", () => {
    const one = estimateMemory(lora);
    expect(loraOn("ddp").allocatedBytes - one.allocatedBytes).toBe(one.gradientBytes);
  });

  test("ZeRO reserves a bucket of 5·10⁸ gradients, however few are trained", () => {
    const one = estimateMemory(lora);
    const { parts } = loraOn("zero2");
    expect(parts.scratch - one.parts.scratch).toBe(5e8 * 2);
    expect(one.gradientBytes).toBeLessThan(5e8 * 2);
  });

  test("each strategy needs less than the one before, but for buckets", () => {
    const peaks = (["ddp", "zero1", "zero2", "zero3"] as const).map((each) => fullOn(each).allocatedBytes);
    expect(peaks).toEqual([...peaks].sort((a, b) => b - a));
    expect(loraOn("fsdp").allocatedBytes).toBeLessThan(loraOn("zero2").allocatedBytes);
  });

  test("gathers what is outside of the blocks, one block for the loss and two behind it; ZeRO-3 10⁹ elements", () => {
    const embeddingAndHead = 2 * 128_256 * 4096 * 2;
    const block = (estimateMemory(lora).baseBytes - embeddingAndHead) / 32;
    const heldOn = (strategy: Strategy, settings: Partial<StackSettings>) => {
      const { traits } = batch.profile;
      const profile = { ...batch.profile, traits: { ...traits, heldLogitBytes: 0 } } as const;
      const cards = { count: 1e6, strategy };
      const { peakPhase, parts } = estimateFull({ ...batch, profile, settings, cards });
      return [peakPhase, parts.baseWeights / 1e9] as const;
    };
    const inLoss = heldOn("fsdp", {});
    expect(inLoss[0]).toBe("loss");
    expect(inLoss[1]).toBeCloseTo((embeddingAndHead + block) / 1e9, 2);
    const inBackward = heldOn("fsdp", { loss: "fused", checkpointing: "on" });
    expect(inBackward[0]).toBe("block backward");
    expect(inBackward[1]).toBeCloseTo((embeddingAndHead + 2 * block) / 1e9, 2);
    expect(heldOn("zero3", {})[1]).toBeCloseTo(2, 2);
  });

  test("under autocast FSDP shares fp32 weights, gradients and states of full training", () => {
    const sft = { ...batch, profile: profileOf("trl") };
    const on = (strategy: Strategy) => estimateFull({ ...sft, cards: { count: 4, strategy } });
    expect(on("fsdp").staticBytes).toBe(4 * shape.totalParams); // 16 / 4
    expect(on("ddp").staticBytes).toBe(8 * shape.totalParams);
    // the step's square roots are fp32 too
    const manyAtOnce = {
      ...sft,
      settings: { optimizer: "adamw" },
      cards: { count: 4, strategy: "fsdp" },
    } as const;
    expect(estimateFull(manyAtOnce).phases["optimizer step"]).toBe(5 * shape.totalParams + 17e6);
    expect(on("fsdp").parts.checkpoints).toBe(on("ddp").parts.checkpoints);
  });

  test("keeps inputs of frozen blocks, and their gradients, under FSDP of 2024's trainer alone", () => {
    const checkpoints = (profile: string, strategy: Strategy) => {
      const settings = { checkpointing: "on", loss: "fused" } as const;
      const cards = { count: 2, strategy } as const;
      const options = { ...lora, profile: profileOf(profile), settings, seq: 8192, cards };
      return estimateMemory(options).parts.checkpoints / (8192 * 4096 * 32 * 2);
    };
    expect(checkpoints("trl-2024", "fsdp")).toBe(2);
    expect(checkpoints("trl-2024", "ddp")).toBe(1);
    expect(checkpoints("trl", "fsdp")).toBe(1);
  });

  test("activations are those of the card's own micro-batch", () => {
    expect(loraOn("fsdp").parts.feedForward).toBe(estimateMemory(lora).parts.feedForward);
  });

  test("sharing the weights is a change that is proposed, and none on a single card", () => {
    const budget = 20e9;
    const settings = { checkpointing: "on" } as const;
    const cards = { count: 4, strategy: "ddp" } as const;
    const flags = (changes: ReturnType<typeof memoryAdvice>["together"]) => changes?.map(({ set }) => set);
    expect(flags(memoryAdvice({ ...lora, settings, cards }, budget).together)).toContainEqual({
      strategy: "fsdp",
    });
    expect(flags(memoryAdvice({ ...lora, settings }, budget).together)).not.toContainEqual({
      strategy: "fsdp",
    });
  });

  test("FSDP is proposed in place of ZeRO-3, and where nothing else makes 70 billion weights fit", () => {
    const shape = modelShapeFromConfig(findCatalogueModel("llama-3.1-70b")!.config);
    const whole = { ...batch, shape, seq: 1024, rank: null, targets: [], base: baseFormat("bf16") };
    const advised = (strategy: Strategy) => memoryAdvice({ ...whole, cards: { count: 8, strategy } }, 80e9);
    const { together } = advised("zero3");
    expect(together!.map(({ set }) => set)).toContainEqual({ strategy: "fsdp" });
    expect(together!.at(-1)!.deviceBytes[1]).toBeLessThanOrEqual(80e9);
    expect(advised("fsdp").single.map(({ set }) => set)).not.toContainEqual({ strategy: "fsdp" });
  });

  test("refuses what is not modelled", () => {
    const shared = { count: 2, strategy: "zero3" } as const;
    for (const base of ["int8", "gptq"] as const)
      expect(() => estimateMemory({ ...lora, base: baseFormat(base), cards: shared })).toThrow(
        `strategy must be ddp, zero1 or zero2 on a base in ${base}`,
      );
    expect(() => loraOn("ddp", 0)).toThrow("cards must be an integer from 1 to 1000000, got 0");
    expect(loraOn("zero2").assumptions[0]).toMatch(
      /^All figures are of one of 4 cards.* Offload, hybrid shards.* No measurement/,
    );
    expect(loraOn("fsdp").assumptions[0]).toMatch(/Measurements of two and four cards were compared\.$/);
  });
});
