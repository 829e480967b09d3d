import { floats } from "@lorank/graph";
import { onnxRuntime } from "@lorank/graph/devices";
import { familyOf, randomBase } from "@lorank/train/engine";
import { describe, expect, test } from "vitest";
import { tinyConfig } from "../../train/test/helpers/tiny.ts";
import { countWindows, languageWindows, pretrain } from "../scripts/train-base.ts";

/** Three documents of counting tokens, so that every token's successor is known. */
const ids = Uint16Array.from({ length: 90 }, (_, i) => i);
const documents = [
  { start: 0, length: 40 },
  { start: 40, length: 30 },
  { start: 70, length: 20 },
];
const options = { seq: 8, batch: 2, epoch: 0, seed: 1 };

describe("languageWindows", () => {
  test("gives each position the token that follows it in the epoch's order", () => {
    for (const { inputIds, targets, lengths } of languageWindows(ids, documents, options)) {
      expect(lengths).toEqual([8, 8]);
      inputIds.forEach((id, i) => {
        const ends = documents.map(({ start, length }) => start + length - 1);
        // Within a document the next number; at its end the first of some document.
        if (!ends.includes(id)) expect(targets[i]).toBe(id + 1);
        else expect(documents.map(({ start }) => start)).toContain(targets[i]);
      });
    }
  });

  test("uses no token twice in an epoch, and as many windows as it says", () => {
    const seen = [...languageWindows(ids, documents, options)].flatMap(({ inputIds }) => [...inputIds]);
    expect(new Set(seen).size).toBe(seen.length);
    expect(seen).toHaveLength(countWindows(documents, 8, 2) * 16);
  });

  test("orders each epoch anew", () => {
    const first = [...languageWindows(ids, documents, options)].flatMap(({ inputIds }) => [...inputIds]);
    const second = [...languageWindows(ids, documents, { ...options, epoch: 1 })].flatMap(({ inputIds }) => [
      ...inputIds,
    ]);
    expect(second).not.toEqual(first);
  });
});

describe("pretrain", () => {
  async function run(threads: number): Promise<{ losses: number[]; bytes: Float32Array[] }> {
    const family = familyOf(tinyConfig);
    const parameters = randomBase(family, family.head({ kind: "causal-lm" }), 1);
    const losses: number[] = [];
    // A text that repeats itself every five tokens.
    const text = Uint16Array.from({ length: 2000 }, (_, i) => 3 + (i % 5));
    const recipe = {
      seq: 16,
      batch: 4,
      epochs: 2,
      learningRate: 0.01,
      warmupRatio: 0.1,
      maxGradientNorm: 1,
      seed: 0,
    };
    const adamw = { beta1: 0.9, beta2: 0.95, epsilon: 1e-8, weightDecay: 0.1 };
    const runtime = await onnxRuntime({ threads });
    const spans = [{ start: 0, length: text.length }];
    await pretrain(
      { family, runtime, parameters, ids: text, documents: spans, adamw, ...recipe },
      ({ loss }) => losses.push(loss),
    );
    return { losses, bytes: [...parameters.values()].map((tensor) => floats(tensor)) };
  }

  test("learns a text that repeats itself, all weights included, and gives the same bytes on two threads", async () => {
    const once = await run(1);
    expect(once.losses[0]).toBeGreaterThan(3); // about ln 40
    expect(once.losses.at(-1)).toBeLessThan(0.2);
    const again = await run(2);
    expect(again.losses).toEqual(once.losses);
    expect(again.bytes).toEqual(once.bytes);
  });
});
