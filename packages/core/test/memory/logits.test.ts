import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { baseFormat } from "../../src/memory/base-bytes.ts";
import { estimateMemory } from "../../src/memory/estimate.ts";
import { logitBytes } from "../../src/memory/logits.ts";
import { profileOf, type StackSettings } from "../../src/memory.ts";
import { modelShapeFromConfig, selectTargets } from "../../src/models.ts";
import { smallLlama } from "../models.ts";

interface ChunkedCase {
  readonly hidden: number;
  readonly tokens: number;
  readonly dtype: "bf16" | "fp32";
  readonly vocab: number;
  readonly peak: number;
}

// Written by scripts/reference/memory_chunked_loss.py: bytes of all tensors that TRL 1.10 holds beside head and states.
const cases = JSON.parse(
  readFileSync(new URL("fixtures/chunked-loss.json", import.meta.url), "utf8"),
) as readonly ChunkedCase[];

const small = { hidden: 256, inner: 512, layers: 4, heads: 4, kvHeads: 4, headDim: 64, vocab: 32_000 };
const shapeOf = (size: Partial<typeof small>) => modelShapeFromConfig(smallLlama({ ...small, ...size }));

describe("the chunked loss of TRL 1.7 to 1.12", () => {
  test.each(cases)("is within 2 % of what its tensors take: $hidden, $tokens tokens, $dtype", (each) => {
    const { peak } = logitBytes(shapeOf(each), "chunked", profileOf("trl-2026").traits, {
      ...{ microBatch: 1, tokens: each.tokens, headBytes: 2 },
      computeBytes: each.dtype === "fp32" ? 4 : 2,
    });
    expect(Math.abs(100 * (peak / each.peak - 1))).toBeLessThan(2);
  });

  test("needs more than today's tiles where the head is wide", () => {
    const context = { microBatch: 1, tokens: 512, headBytes: 2, computeBytes: 2 } as const;
    const peakOf = (profile: string) =>
      logitBytes(shapeOf({ hidden: 4096, vocab: 128_256 }), "chunked", profileOf(profile).traits, context)
        .peak;
    expect(peakOf("trl")).toBe(2 * 512 * 32_768 + 512 * 4096 * 8);
    expect(peakOf("trl-2026")).toBe(128_256 * (6 * 4096 + 2 * 256) + 512 * 4096 * 4);
  });
});

describe("the former pass in litgpt", () => {
  const run = (profile: string, base: "bf16" | "nf4", settings: Partial<StackSettings> = {}) => {
    const shape = shapeOf({});
    return estimateMemory({
      ...{ shape, targets: selectTargets(shape, ["q_proj", "v_proj"]), rank: 8, base: baseFormat(base) },
      ...{ profile: profileOf(profile), settings, microBatch: 1, seq: 1024 },
    });
  };

  test("stays with its logits while the next one runs forward; a first pass has its loss alone", () => {
    const perLogit = (profile: string) => run(profile, "bf16").parts.logitsAndLoss / (1024 * 32_000);
    expect(perLogit("litgpt")).toBe(4 + 2 + 4);
    expect(perLogit("litgpt-2023")).toBe(4 + 4 + (8 * 128) / 1024);
  });

  test("stays with the inputs of its 4-bit layers, in bitsandbytes that keeps them beside the graph", () => {
    const inputs = (profile: string, bnbVersion: string) =>
      run(profile, "nf4", { bnbVersion }).parts.linearInputs;
    const once = 1024 * 4 * 2 * (2 * 256 + 512 + 256);
    expect(inputs("litgpt-2023", "0.42.0")).toBe(once);
    expect(inputs("litgpt", "0.42.0")).toBe(2 * once);
    expect(inputs("litgpt", "0.43.2")).toBe(0);
  });

  test("leaves room for the head that 4 bits decode, beside logits of two dtypes", () => {
    const shape = shapeOf({ hidden: 4096, heads: 32, kvHeads: 32, headDim: 128 });
    const { parts } = estimateMemory({
      ...{ shape, targets: selectTargets(shape, ["q_proj", "v_proj"]), rank: 8, base: baseFormat("nf4") },
      ...{ profile: profileOf("litgpt"), microBatch: 1, seq: 512 },
    });
    expect(parts.logitsAndLoss).toBe(512 * 32_000 * (4 + 2));
    expect(parts.scratch).toBe(17e6 + 2 * 32_000 * 4096);
  });
});
