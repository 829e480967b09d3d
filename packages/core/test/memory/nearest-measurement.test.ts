import { expect, test } from "vitest";
import { measuredRows } from "../../src/memory/measured-rows.ts";
import {
  type MeasuredSetup,
  measuredErrors,
  measurementNear,
  nearestMeasurement,
} from "../../src/memory/nearest-measurement.ts";
import { estimateRanks, profileOf } from "../../src/memory.ts";
import { modelShapeFromConfig, selectTargets } from "../../src/models.ts";
import { llama32With1B } from "../models.ts";

const asked: MeasuredSetup = {
  ...{ profile: "trl-2025", params: 7.24e9, base: "nf4-dq", rank: 16, microBatch: 4, seq: 4096 },
  ...{ checkpointing: "on", attention: "flash", kbitPrepare: true },
};

test("a run that was measured is its own nearest", () => {
  expect(nearestMeasurement(asked)).toEqual({
    ...asked,
    ...{ model: "mistral-7b", params: 7_242e6, metric: "allocated" },
    measuredBytes: 20_669e6,
    predictedBytes: 20_639e6,
    source: "foundation-model-stack/fms-acceleration scripts/benchmarks/refs/a100_80gb.csv",
  });
});

test("an estimate is beside a measurement, on one card and under supervised fine-tuning alone", () => {
  const shape = modelShapeFromConfig(llama32With1B);
  const options = {
    ...{ shape, targets: selectTargets(shape, "all-linear"), profile: profileOf("peft") },
    ...{ microBatch: 2, seq: 512, ranks: [64], base: "bf16" as const },
  };
  const { largestRank: row } = estimateRanks(options);
  const setup = { profile: "peft", params: shape.totalParams, base: "bf16", rank: 64 } as const;
  const of = { checkpointing: "off", attention: "sdpa", kbitPrepare: false } as const;
  expect(measurementNear(row, options)).toEqual(
    nearestMeasurement({ ...setup, microBatch: 2, seq: 512, ...of }),
  );
  expect(measurementNear(row, { ...options, cards: { count: 2, strategy: "ddp" } })).toBeUndefined();
  expect(measurementNear(row, { ...options, objective: { name: "dpo" } })).toBeUndefined();
});

test("size, stack, format and checkpointing come before rank and length", () => {
  const near = nearestMeasurement({ ...asked, rank: 256, seq: 1024 });
  expect(near).toMatchObject({ model: "mistral-7b", profile: "trl-2025", base: "nf4-dq" });
  expect(nearestMeasurement({ ...asked, kbitPrepare: false }).measuredBytes).toBe(16_374e6);
  expect(nearestMeasurement({ ...asked, base: "bf16" }).base).toBe("bf16");
  expect(nearestMeasurement({ ...asked, params: 70e9 }).model).toBe("llama2-70b");
  expect(nearestMeasurement({ ...asked, profile: "litgpt", checkpointing: "off" })).toMatchObject({
    ...{ profile: "litgpt", checkpointing: "off" },
  });
});

test("eager attention is beside measurements of eager attention", () => {
  const setup: MeasuredSetup = {
    ...asked,
    profile: "peft",
    params: 1.1e9,
    base: "nf4",
    microBatch: 2,
    seq: 2048,
  };
  const of = (attention: MeasuredSetup["attention"]): string =>
    nearestMeasurement({ ...setup, attention }).attention;
  expect([of("eager"), of("sdpa"), of("flash")]).toEqual(["eager", "sdpa", "sdpa"]);
});

test("a stack without measurements is beside one with the same models", () => {
  expect(nearestMeasurement({ ...asked, profile: "of tomorrow" }).profile).toBe("trl-2025");
});

test("a stack says how many measurements it rests on, and how many of them state all that decides memory", () => {
  const countsOf = (profile: string): unknown => {
    const errors = measuredErrors(profile);
    return errors && [errors.found, errors.rows, "median" in errors];
  };
  expect(["peft", "axolotl", "unsloth", "bf16"].map(countsOf)).toEqual([
    [91, 90, true],
    [22, 12, true],
    [5, 0, false],
    undefined,
  ]);
});

test("what the device showed is beside the bounds of the device", () => {
  const near = nearestMeasurement({ ...asked, profile: "llama-factory", seq: 1024 });
  expect(near.metric).toBe("device");
  const [lo, hi] = near.predictedBytes as readonly [number, number];
  expect(lo).toBeLessThan(near.measuredBytes);
  expect(hi).toBeGreaterThan(near.measuredBytes);
});

test("measurements of one card that are not alike are there, each with a model's size and figures of that order", () => {
  const rows = measuredRows.flatMap(([, each]) => each);
  expect(rows).toHaveLength(263);
  for (const [model, megaParams, , , , , , , , , , measured] of rows) {
    expect(megaParams, model).toBeGreaterThan(100);
    expect(measured, model).toBeGreaterThan(megaParams / 4);
  }
});
