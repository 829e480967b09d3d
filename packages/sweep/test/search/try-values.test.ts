import { existsSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { planSweep } from "../../src/plan/plan.ts";
import { tryValues } from "../../src/search/try-values.ts";
import { SweepStore } from "../../src/store/store.ts";
import { engineSpec } from "../../src/trainers/trainer.ts";
import { temporaryFolder } from "../helpers/example.ts";
import { exampleDataset, listening, searchPlace } from "../helpers/search-example.ts";

describe("tryValues", () => {
  test("trains each rank at each value, once, and gives each example's loss", async () => {
    const { inputs: atEnd, run: quiet } = searchPlace({ best: { 2: 0.01, 8: 0.01 }, divergesAbove: 0.02 });
    const { run, events } = listening(quiet);
    const plan = planSweep({ ...atEnd.plan.config, evaluateEvery: 0.25 });
    const inputs = { ...atEnd, plan };
    const store = new SweepStore(temporaryFolder());
    const trials = { store, inputs, ranks: [2, 8], seed: 5 };
    const toTry = {
      setting: "learningRate",
      values: [0.01, 0.03],
      data: exampleDataset(),
      config: plan.config,
    } as const;
    const tried = await tryValues(trials, toTry, run);
    if ("status" in tried) throw new Error(tried.status);
    expect(tried.map(({ rank, value }) => [rank, value])).toEqual([
      [2, 0.01],
      [8, 0.01],
      [2, 0.03],
      [8, 0.03],
    ]);
    expect(tried.map(({ logLosses }) => logLosses?.length)).toEqual([20, 20, undefined, undefined]);
    expect(events.filter(({ value }) => value === 0.03).map(({ logLoss }) => logLoss)).toEqual([
      undefined,
      undefined,
    ]);
    const specs = store.readResults().map(({ spec }) => engineSpec(spec));
    expect(new Set(specs.map(({ data }) => data.sha256)).size).toBe(1);
    // A search judges by the end of a training alone.
    expect(specs.some(({ evaluateEvery }) => evaluateEvery !== undefined)).toBe(false);
    expect(existsSync(join(store.out, `data-${specs[0]!.data.sha256}.json`))).toBe(true);

    events.length = 0;
    expect(await tryValues(trials, toTry, run)).toEqual(tried);
    expect(events).toEqual([]);
  });
});
