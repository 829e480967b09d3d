import { describe, expect, test } from "vitest";
import { baseFormat } from "../../src/memory/base-bytes.ts";
import { estimateMemory } from "../../src/memory/estimate.ts";
import { profileOf } from "../../src/memory.ts";
import { modelShapeFromConfig, selectTargets } from "../../src/models.ts";
import { gpt2With124M, llama31With8B } from "../models.ts";

const [batch, seq] = [2, 512];

function bytesOf(
  config: Readonly<Record<string, unknown>>,
  profile = "peft",
  attention: "sdpa" | "eager" = "sdpa",
): number {
  const shape = modelShapeFromConfig(config);
  return estimateMemory({
    ...{ shape, targets: selectTargets(shape, "all-linear"), rank: 8, base: baseFormat("bf16") },
    ...{ profile: profileOf(profile), microBatch: batch, seq, settings: { attention, loss: "fused" } },
  }).allocatedBytes;
}

const off = { ...gpt2With124M, attn_pdrop: 0, resid_pdrop: 0 };

describe("dropout inside a model", () => {
  test("adds a mask of a byte an element for each dropped result, by the rates of a config or their defaults", () => {
    const masks = batch * seq * 12 * 2 * 768;
    expect(bytesOf({ ...off, resid_pdrop: 0.1 }) - bytesOf(off)).toBe(masks);
    expect(bytesOf(gpt2With124M) - bytesOf(off)).toBe(masks); // sdpa keeps a seed of attention's dropout
  });

  test("adds masks and dropped probabilities to eager attention", () => {
    const drops = { ...off, attn_pdrop: 0.1 };
    const scores = batch * seq * 12 * 12 * seq * 3; // layers, heads, keys; 2 bytes of a probability, 1 of its mask
    expect(bytesOf(drops, "peft", "eager") - bytesOf(off, "peft", "eager")).toBe(scores);
  });

  test("changes nothing at rates of 0 or null, or in stacks with model code of their own", () => {
    const llama = bytesOf(llama31With8B, "peft", "eager");
    for (const rate of [0, 0.0, null])
      expect(bytesOf({ ...llama31With8B, attention_dropout: rate }, "peft", "eager")).toBe(llama);
    for (const profile of ["litgpt", "torchtune"])
      for (const attention of ["sdpa", "eager"] as const)
        expect(bytesOf(gpt2With124M, profile, attention)).toBe(bytesOf(off, profile, attention));
  });
});
