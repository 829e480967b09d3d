import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { baseFormat } from "../../src/memory/base-bytes.ts";
import { estimateMemory, WORKSPACE } from "../../src/memory/estimate.ts";
import { profileOf } from "../../src/memory.ts";
import { modelShapeFromConfig, selectTargets, withVision } from "../../src/models.ts";

interface PeakCase {
  readonly name: string;
  readonly config: Readonly<Record<string, unknown>>;
  readonly batch: number;
  readonly seq: number;
  readonly imageTokens: number;
  readonly base: "bf16" | "nf4";
  readonly kbitPrepare: boolean;
  readonly checkpointing: "on" | "off";
  readonly rank: number;
  readonly targets: readonly string[] | "all-linear";
  readonly trained: number;
  readonly peakBytes: number;
}

// Written by scripts/reference/vision_peaks.py: bytes of all tensors alive in a step of PEFT, as CUDA would hold them.
const cases = JSON.parse(
  readFileSync(new URL("fixtures/vision-peaks.json", import.meta.url), "utf8"),
) as readonly PeakCase[];

function estimateOf({ config, kbitPrepare, checkpointing, rank, imageTokens, ...each }: PeakCase) {
  const shape = withVision(modelShapeFromConfig(config), config);
  return estimateMemory({
    ...{ shape, profile: profileOf("peft"), microBatch: each.batch, seq: each.seq, rank, imageTokens },
    ...{ settings: { kbitPrepare, checkpointing }, base: baseFormat(each.base) },
    targets: selectTargets(shape, each.targets),
  });
}

describe("a step of a model that reads images, in PEFT", () => {
  test.each(cases)("trains as many parameters: $name", (each) => {
    expect(estimateOf(each).trainableParams).toBe(each.trained);
  });

  test.each(cases)("peaks within 5 % of the bytes of all tensors: $name", (each) => {
    const { allocatedBytes } = estimateOf(each);
    const error = 100 * ((allocatedBytes - WORKSPACE) / each.peakBytes - 1);
    expect(Math.abs(error)).toBeLessThan(5);
  });
});
