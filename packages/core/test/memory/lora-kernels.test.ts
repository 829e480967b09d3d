import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { baseFormat } from "../../src/memory/base-bytes.ts";
import { estimateMemory, type MemoryOptions, WORKSPACE } from "../../src/memory/estimate.ts";
import { profileOf, type StackSettings } from "../../src/memory.ts";
import { modelShapeFromConfig, selectTargets } from "../../src/models.ts";
import { type SmallLlama, smallLlama } from "../models.ts";

interface KernelCase extends SmallLlama {
  readonly name: string;
  readonly batch: number;
  readonly seq: number;
  readonly base: "bf16" | "nf4";
  readonly checkpointing: "on" | "off";
  readonly rank: number;
  readonly targets: readonly string[];
  readonly variant: "lora" | "dora";
  readonly dropout: number;
  readonly kernels: boolean;
  readonly peakBytes: number;
}

// Written by scripts/reference/kernel_peaks.py: bytes of all tensors that are alive, on the CPU.
const cases = JSON.parse(
  readFileSync(new URL("fixtures/kernel-peaks.json", import.meta.url), "utf8"),
) as readonly KernelCase[];

const axolotl = profileOf("axolotl");

function optionsOf(each: KernelCase): MemoryOptions {
  const { checkpointing, variant, dropout } = each;
  const shape = modelShapeFromConfig(smallLlama(each));
  // On the CPU a mask of dropout has two bytes an element.
  const kernels = { ...axolotl.traits.kernels, dropoutBytes: axolotl.traits.kernels.dropoutBytes + 1 };
  return {
    shape,
    targets: selectTargets(shape, each.targets),
    rank: each.rank,
    base: baseFormat(each.base),
    profile: { ...axolotl, traits: { ...axolotl.traits, kernels } },
    settings: {
      ...{ checkpointing, variant, dropout, optimizer: "sgd", attention: "sdpa" },
      loraKernels: each.kernels ? "on" : "off",
    },
    microBatch: each.batch,
    seq: each.seq,
  };
}

describe("the peak of a step under Trainer's autocast, with Axolotl's LoRA kernels and without", () => {
  test.each(cases)("is within 5 % of the bytes of all tensors: $name", (each) => {
    const error = 100 * ((estimateMemory(optionsOf(each)).allocatedBytes - WORKSPACE) / each.peakBytes - 1);
    expect(Math.abs(error)).toBeLessThan(5);
  });
});

describe("LoRA kernels", () => {
  const whole = optionsOf(cases[0]!);
  const bytes = (
    settings: Partial<StackSettings>,
    targets: readonly string[] | "all-linear" = "all-linear",
  ) =>
    estimateMemory({
      ...whole,
      targets: selectTargets(whole.shape, targets),
      settings: { ...whole.settings, ...settings },
    }).allocatedBytes;

  test("save memory in the part of the block that they are turned on for", () => {
    const [on, off] = [bytes({ loraKernels: "on" }), bytes({ loraKernels: "off" })];
    for (const part of ["attention", "feed-forward"] as const) {
      expect(bytes({ loraKernels: part })).toBeGreaterThan(on);
      expect(bytes({ loraKernels: part })).toBeLessThan(off);
    }
  });

  test("take a group of layers only where all of it has an adapter", () => {
    const partly = ["q_proj", "v_proj", "gate_proj", "up_proj"];
    expect(bytes({ loraKernels: "on" }, partly)).toBe(bytes({ loraKernels: "off" }, partly));
  });

  test("leave LoRA-FA and BD-LoRA to PEFT", () => {
    for (const variant of ["lora-fa", "bd-lora"] as const)
      expect(bytes({ variant, loraKernels: "on" })).toBe(bytes({ variant, loraKernels: "off" }));
  });

  test("of Unsloth take no DoRA and no layer with a bias, which Axolotl's do", () => {
    const linears = whole.shape.linears.map((linear) => ({ ...linear, bias: linear.name === "q_proj" }));
    const biased = { ...whole.shape, linears };
    const ofAttention = selectTargets(biased, ["q_proj", "k_proj", "v_proj"]);
    const saved = (name: string, loraKernels: "on" | "off", variant: "lora" | "dora") => {
      const profile = profileOf(name);
      const shape = variant === "dora" ? whole.shape : biased;
      const settings = { ...whole.settings, loraKernels, variant };
      return estimateMemory({ ...whole, profile, shape, targets: ofAttention, settings }).parts.adapterInputs;
    };
    for (const variant of ["lora", "dora"] as const) {
      expect(saved("unsloth", "on", variant)).toBe(saved("unsloth", "off", variant));
      expect(saved("axolotl", "on", variant)).toBeLessThan(saved("axolotl", "off", variant));
    }
  });

  test("under dropout save a copy and a mask for all layers that read an input, or a mask a layer", () => {
    const { microBatch, seq, shape } = whole;
    const inputs = (name: string, dropout: number) =>
      estimateMemory({
        ...whole,
        profile: profileOf(name),
        settings: { ...whole.settings, dropout, loraKernels: "on" },
      }).parts.adapterInputs;
    const added = (name: string) => (inputs(name, 0.1) - inputs(name, 0)) / (microBatch * seq);
    const { hiddenSize, intermediateSize, block } = shape;
    expect(added("axolotl")).toBe(3 * (2 * hiddenSize + block.queryDim));
    expect(added("unsloth")).toBe(3 * hiddenSize + block.queryDim + 2 * hiddenSize + intermediateSize);
  });

  test("copy A and B in 16 bits, in each block whose activations are kept", () => {
    const kept = (rank: number) =>
      estimateMemory({ ...whole, rank, settings: { ...whole.settings, checkpointing: "off" } }).parts
        .adapterInputs;
    const { shape, targets } = whole;
    const params = targets.reduce((sum, { inDim, outDim, count }) => sum + (inDim + outDim) * count, 0);
    expect(shape.layers).toBe(4);
    expect(kept(12) - kept(4)).toBe(2 * 8 * params);
  });

  test("do nothing to a mixture's experts", () => {
    const shape = { ...whole.shape, block: { ...whole.shape.block } };
    const experts = { count: 8, perToken: 2 };
    const mixture = {
      ...shape,
      block: { ...shape.block, feedForward: { ...shape.block.feedForward, experts } },
    };
    const feedForward = (loraKernels: StackSettings["loraKernels"]) =>
      estimateMemory({ ...whole, shape: mixture, settings: { ...whole.settings, loraKernels } }).parts
        .feedForward;
    expect(feedForward("feed-forward")).toBe(feedForward("off"));
  });
});

test("a fused norm saves its input in 16 bits, and the block's input only where checkpointing has not", () => {
  const whole = optionsOf(cases[0]!);
  const norms = (settings: Partial<StackSettings>) =>
    estimateMemory({ ...whole, settings: { ...whole.settings, ...settings } }).parts.norms;
  const { microBatch, seq, shape } = whole;
  const element = microBatch * seq * shape.hiddenSize;
  expect(norms({ fusedNorms: false })).toBe(2 * 4 * element);
  expect(norms({ fusedNorms: true })).toBe(2 * element);
  // With all blocks kept the last norm counts too: its input and its result.
  const all = { checkpointing: "off" } as const;
  expect(norms({ ...all, fusedNorms: false })).toBeGreaterThan(norms({ ...all, fusedNorms: true }));
});

test("a fused loss that takes what is free is in the upper bound of reserved memory alone", () => {
  const whole = optionsOf(cases[0]!);
  const shape = { ...whole.shape, vocabSize: 128_256 };
  const unsloth = profileOf("unsloth");
  const estimate = (fusedLossLimit: number, microBatch: number) =>
    estimateMemory({
      ...{ ...whole, shape, microBatch },
      profile: { ...unsloth, traits: { ...unsloth.traits, fusedLossLimit } },
      settings: { loss: "fused" },
    });
  const limit = 4 * 2 ** 30;
  expect(unsloth.traits.fusedLossLimit).toBe(limit);
  for (const [microBatch, bytes] of [
    [2, 4 * 2 * 512 * 128_256],
    [64, limit],
  ] as const) {
    const [none, taken] = [estimate(0, microBatch), estimate(limit, microBatch)];
    expect(taken.allocatedBytes).toBe(none.allocatedBytes);
    expect(taken.reservedBytes[0]).toBe(none.reservedBytes[0]);
    expect(taken.reservedBytes[1] - none.reservedBytes[1]).toBe(bytes);
  }
});
