import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { baseFormat } from "../../src/memory/base-bytes.ts";
import { estimateMemory, WORKSPACE } from "../../src/memory/estimate.ts";
import { estimateFull } from "../../src/memory/full.ts";
import { profileOf, type StackSettings } from "../../src/memory.ts";
import { modelShapeFromConfig, selectTargets } from "../../src/models.ts";
import { llama32With1B } from "../models.ts";

interface PeakCase {
  readonly name: string;
  readonly hidden: number;
  readonly inner: number;
  readonly layers: number;
  readonly heads: number;
  readonly kvHeads: number;
  readonly vocab: number;
  readonly batch: number;
  readonly seq: number;
  readonly base: "bf16" | "nf4";
  readonly kbitPrepare: boolean;
  readonly attention: "sdpa" | "eager";
  readonly checkpointing: "on" | "off";
  readonly rank: number;
  readonly targets: readonly string[];
  readonly variant: StackSettings["variant"] | "full";
  readonly peakBytes: number;
}

// Written by scripts/reference/memory_peaks.py: bytes of all tensors that are alive, in a step of PEFT on the CPU.
const cases = JSON.parse(
  readFileSync(new URL("fixtures/peaks.json", import.meta.url), "utf8"),
) as readonly PeakCase[];

function estimatedBytes(each: PeakCase): number {
  const shape = modelShapeFromConfig({
    ...llama32With1B,
    hidden_size: each.hidden,
    intermediate_size: each.inner,
    num_hidden_layers: each.layers,
    num_attention_heads: each.heads,
    num_key_value_heads: each.kvHeads,
    head_dim: each.hidden / each.heads,
    vocab_size: each.vocab,
    tie_word_embeddings: false,
  });
  const { kbitPrepare, attention, checkpointing, rank, variant } = each;
  const common = { shape, profile: profileOf("peft"), microBatch: each.batch, seq: each.seq };
  const settings = { kbitPrepare, attention, checkpointing };
  if (variant === "full") return estimateFull({ ...common, settings }).allocatedBytes;
  const targets = selectTargets(shape, each.targets);
  const base = baseFormat(each.base);
  return estimateMemory({ ...common, settings: { ...settings, variant }, targets, rank, base })
    .allocatedBytes;
}

/** torch on the CPU casts 16-bit scores before their softmax: 2 bytes a score more than its kernel on CUDA. */
function onlyOnTheCpu({ attention, kbitPrepare, batch, heads, seq }: PeakCase): number {
  return attention === "eager" && !kbitPrepare ? 2 * batch * heads * seq * seq : 0;
}

describe("the peak of a step in PEFT", () => {
  test.each(cases)("is within 5 % of the bytes of all tensors: $name", (each) => {
    const measured = each.peakBytes - onlyOnTheCpu(each);
    const error = 100 * ((estimatedBytes(each) - WORKSPACE) / measured - 1);
    expect(Math.abs(error)).toBeLessThan(5);
  });
});
