import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { baseFormat } from "../../src/memory/base-bytes.ts";
import { estimateMemory, WORKSPACE } from "../../src/memory/estimate.ts";
import { estimateFull } from "../../src/memory/full.ts";
import { profileOf, type StackSettings } from "../../src/memory.ts";
import { modelShapeFromConfig, selectTargets } from "../../src/models.ts";

interface PeakCase {
  readonly name: string;
  readonly config: Readonly<Record<string, unknown>>;
  readonly batch: number;
  readonly seq: number;
  readonly base: "bf16" | "nf4";
  readonly kbitPrepare: boolean;
  readonly attention: "sdpa" | "eager";
  readonly checkpointing: "on" | "off";
  readonly rank: number;
  readonly targets: readonly string[];
  readonly variant: StackSettings["variant"] | "full";
  readonly dropout: number;
  readonly mask: "none" | "padding" | "packing";
  readonly peakBytes: number;
}

// Written by scripts/reference/memory_peaks.py: bytes of all tensors alive in a step of PEFT, as CUDA would hold them.
const cases = JSON.parse(
  readFileSync(new URL("fixtures/peaks.json", import.meta.url), "utf8"),
) as readonly PeakCase[];

function estimatedBytes(each: PeakCase): number {
  const isEncoder = each.config.model_type === "bert";
  const head = isEncoder ? { head: { kind: "classification", labels: 2 } as const } : {};
  const shape = modelShapeFromConfig(each.config, head);
  const { kbitPrepare, attention, checkpointing, dropout, rank, variant } = each;
  const common = { shape, profile: profileOf("peft"), microBatch: each.batch, seq: each.seq };
  const settings = { kbitPrepare, attention, checkpointing, dropout, padding: each.mask !== "none" };
  if (variant === "full") return estimateFull({ ...common, settings }).allocatedBytes;
  const targets = selectTargets(shape, each.targets);
  const base = baseFormat(each.base);
  return estimateMemory({ ...common, settings: { ...settings, variant }, targets, rank, base })
    .allocatedBytes;
}

describe("the peak of a step in PEFT", () => {
  test.each(cases)("is within 5 % of the bytes of all tensors: $name", (each) => {
    const error = 100 * ((estimatedBytes(each) - WORKSPACE) / each.peakBytes - 1);
    expect(Math.abs(error)).toBeLessThan(5);
  });
});
