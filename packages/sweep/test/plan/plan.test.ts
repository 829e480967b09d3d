import { trialId } from "@lorank/train/spec";
import { describe, expect, test } from "vitest";
import { planSweep } from "../../src/plan/plan.ts";
import { exampleConfig, examplePlan } from "../helpers/example.ts";

describe("planSweep", () => {
  test("runs all ranks of one seed before the next seed, both ascending", () => {
    const { specs } = examplePlan({ ranks: [16, 4, 8], seeds: [7, 3] });
    expect(specs.map(({ lora, seed }) => [seed, lora.rank])).toEqual([
      [3, 4],
      [3, 8],
      [3, 16],
      [7, 4],
      [7, 8],
      [7, 16],
    ]);
  });

  test("refuses F1 and AUROC for other than two labels, and metrics of classes for responses", () => {
    const three = { kind: "classification", labels: ["a", "b", "c"] } as const;
    for (const metric of ["f1", "auroc"] as const)
      expect(() => examplePlan({ task: three, metric })).toThrow(
        `metric must be accuracy or log-loss for other than two labels, or macro-f1 or mcc, got ${metric}`,
      );
    expect(examplePlan({ task: three, metric: "mcc" }).summary.metric).toBe("mcc");
    expect(() => examplePlan({ task: { kind: "causal-lm" }, metric: "macro-f1" })).toThrow(
      "metric must be accuracy or log-loss of responses, got macro-f1",
    );
  });

  test("gives every rank the same alpha when alpha is fixed", () => {
    const { specs, notes } = examplePlan({ ranks: [1, 64] });
    expect(specs.map(({ lora }) => lora.alpha)).toEqual([16, 16, 16, 16]);
    expect(notes).toEqual([]);
  });

  test("makes alpha follow the rank when asked, and says what that does to the comparison", () => {
    const lora = { ...exampleConfig.lora, alpha: { kind: "equal-to-rank" } as const };
    const { specs, notes } = examplePlan({ lora, ranks: [1, 64], seeds: [0] });
    expect(specs.map(({ lora }) => lora.alpha)).toEqual([1, 64]);
    expect(notes).toEqual([
      "alpha = rank at one learning rate: the update grows with the rank, so differences between ranks may be differences in step size.",
    ]);
  });

  test("says of rsLoRA at a fixed alpha that the update grows with the root of the rank", () => {
    const lora = { ...exampleConfig.lora, scalingRule: "rslora" } as const;
    expect(examplePlan({ lora }).notes).toEqual([
      "rsLoRA at a fixed alpha: the update grows with the square root of the rank, so a part of the differences between ranks may be differences in step size.",
    ]);
    expect(examplePlan({ lora, ranks: [4] }).notes).toEqual([]); // nothing is compared
  });

  test("hands the type of products to every trial, as a part of what it is", () => {
    const [half] = examplePlan({ compute: "float16" }).specs;
    const [whole] = examplePlan().specs;
    expect(half!.compute).toBe("float16");
    expect(whole).not.toHaveProperty("compute");
    expect(trialId(half!)).not.toBe(trialId(whole!));
  });

  test("hands DoRA and the LoRA+ ratio to every trial", () => {
    const lora = { ...exampleConfig.lora, dora: true } as const;
    const optimizer = { ...exampleConfig.optimizer, loraPlusRatio: 16 };
    const { specs } = examplePlan({ lora, optimizer });
    expect(specs.map((spec) => [spec.lora.dora, spec.optimizer.loraPlusRatio])).toEqual(
      specs.map(() => [true, 16]),
    );
  });

  test("keeps the ids of trials whose DoRA and LoRA+ are off, however that is said", () => {
    const lora = { ...exampleConfig.lora, dora: false as unknown as true };
    const optimizer = { ...exampleConfig.optimizer, loraPlusRatio: 1 };
    const said = examplePlan({ lora, optimizer });
    expect(said.specs.map(trialId)).toEqual(examplePlan().specs.map(trialId));
    expect(JSON.stringify(said.config)).toBe(JSON.stringify(examplePlan().config));
  });

  test("is the same plan whatever the order of ranks, seeds and target modules", () => {
    const lora = { ...exampleConfig.lora, targetModules: exampleConfig.lora.targetModules.toReversed() };
    expect(examplePlan({ ranks: [2, 4], seeds: [1, 0], lora })).toEqual(examplePlan());
  });

  test("keeps what determines a result in the specs and the rest out of them", () => {
    const changed = examplePlan({ name: "other", metric: "log-loss", margin: 0.2, confidence: 0.9 });
    expect(changed.specs).toEqual(examplePlan().specs);
    expect(changed.summary).toEqual({
      name: "other",
      ranks: [2, 4],
      seeds: [0, 1],
      metric: "log-loss",
      margin: 0.2,
      confidence: 0.9,
    });
  });

  test("hands the majority share on to the results, and leaves it out where there is none", () => {
    expect(examplePlan({ majorityShare: 0.6 }).data.majorityShare).toBe(0.6);
    expect("majorityShare" in examplePlan().data).toBe(false);
  });

  test("refuses rank 0 unless the head-only baseline is asked for", () => {
    expect(() => examplePlan({ ranks: [0, 4] })).toThrow(
      expect.objectContaining({
        code: "E_SWEEP_CONFIG",
        message:
          "ranks must be positive integers, got [0]\nheadOnlyBaseline must be true to allow rank 0 (the head alone), got false",
      }),
    );
    expect(examplePlan({ ranks: [0, 4], headOnlyBaseline: true }).specs[0]!.lora.rank).toBe(0);
  });

  test("names every bad field at once", () => {
    const { lora, optimizer } = exampleConfig;
    const config = {
      ...exampleConfig,
      ranks: [4, 2.5, 4],
      seeds: [],
      margin: -1,
      confidence: 1,
      lora: { ...lora, dropout: 1, alpha: { kind: "fixed", alpha: Number.NaN } as const, targetModules: [] },
      optimizer: { ...optimizer, batchSize: 8, microBatchSize: 3 },
    };
    expect(() => planSweep(config)).toThrow(
      expect.objectContaining({
        code: "E_SWEEP_CONFIG",
        message: [
          "ranks must be different from each other, got [4, 2.5, 4]",
          "ranks must be positive integers, got [2.5]",
          "seeds must be one or more seeds, got []",
          "margin must be at least 0, got -1",
          "confidence must be at least 0.5 and below 1, got 1",
          "lora.alpha must be a positive number, got NaN",
          "lora.dropout must be at least 0 and less than 1, got 1",
          "lora.targetModules must be one or more different names, got []",
          "optimizer.microBatchSize must be a divisor of optimizer.batchSize (8), got 3",
        ].join("\n"),
      }),
    );
  });
});
