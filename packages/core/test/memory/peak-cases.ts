import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { baseFormat } from "../../src/memory/base-bytes.ts";
import { estimateMemory, WORKSPACE } from "../../src/memory/estimate.ts";
import { profileOf } from "../../src/memory.ts";
import { type ModelShape, selectTargets } from "../../src/models.ts";

/** Step of LoRA in PEFT whose live tensors were counted by a script in scripts/reference. */
export interface PeakCase {
  readonly name: string;
  readonly config: Readonly<Record<string, unknown>>;
  readonly batch: number;
  readonly seq: number;
  readonly imageTokens?: number;
  readonly base: "bf16" | "nf4";
  readonly kbitPrepare: boolean;
  readonly checkpointing: "on" | "off";
  readonly rank: number;
  readonly targets: readonly string[] | "all-linear";
  readonly trained: number;
  readonly peakBytes: number;
}

/** Tests that estimates meet the counts of a fixture: all trained parameters, and the peak within 5 %. */
export function describePeaks(
  title: string,
  fixture: string,
  shapeOf: (config: PeakCase["config"]) => ModelShape,
): void {
  const text = readFileSync(new URL(`fixtures/${fixture}`, import.meta.url), "utf8");
  const cases = JSON.parse(text) as readonly PeakCase[];
  const estimateOf = ({ config, kbitPrepare, checkpointing, rank, imageTokens, ...each }: PeakCase) => {
    const shape = shapeOf(config);
    return estimateMemory({
      ...{ shape, profile: profileOf("peft"), microBatch: each.batch, seq: each.seq, rank, imageTokens },
      ...{ settings: { kbitPrepare, checkpointing }, base: baseFormat(each.base) },
      targets: selectTargets(shape, each.targets),
    });
  };

  describe(title, () => {
    test.each(cases)("trains as many parameters: $name", (each) => {
      expect(estimateOf(each).trainableParams).toBe(each.trained);
    });

    test.each(cases)("peaks within 5 % of the bytes of all tensors: $name", (each) => {
      const { allocatedBytes } = estimateOf(each);
      const error = 100 * ((allocatedBytes - WORKSPACE) / each.peakBytes - 1);
      expect(Math.abs(error)).toBeLessThan(5);
    });
  });
}
