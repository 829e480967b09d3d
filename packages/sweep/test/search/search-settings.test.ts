import { existsSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { searchSettings } from "../../src/engine.ts";
import { type RunOptions, runPlan, type SweepInputs } from "../../src/index.ts";
import type { FoundSettings, SearchOutcome } from "../../src/search/search-settings.ts";
import { SweepStore } from "../../src/store/store.ts";
import { engineSpec } from "../../src/trainers/trainer.ts";
import { filesUnder } from "../helpers/example.ts";
import { listening, searchPlace } from "../helpers/search-example.ts";

const rateOnly = { learningRate: true, epochs: false };
const both = { learningRate: true, epochs: true };

function foundBy(outcome: SearchOutcome): FoundSettings {
  if (outcome.status !== "found") throw new Error(`the search ended ${outcome.status}`);
  const { plan, search } = outcome;
  return { plan, search };
}

/** Searches and tells which trainings came to a result. */
async function watched(inputs: SweepInputs, wanted: typeof both, out: string, quiet: RunOptions) {
  const { run, events } = listening(quiet);
  return { ...foundBy(await searchSettings(inputs, wanted, { out }, run)), events };
}

/** Fails where anything is to be trained. */
const noTrainer = (run: RunOptions): RunOptions => ({
  ...run,
  executor: () => ({ capacity: 1, submit: ({ trialId }) => expect.unreachable(`trial ${trialId} starts`) }),
});

describe("searchSettings", () => {
  test("finds the rate, then the epochs at that rate, and the sweep says how", async () => {
    // From 0.001: rank 2 does best at 0.003, rank 8 at 0.006, to which 0.009 is nearer, and two epochs are enough.
    const { inputs, out, run } = searchPlace(
      { best: { 2: 0.003, 8: 0.006 }, convergesAt: 2 },
      { ranks: [2, 8], seeds: [0] },
    );
    const { plan: found, search, events } = await watched(inputs, both, out, run);
    expect(search).toMatchObject({ ranks: [2, 8], seed: 20_000, judgedExamples: 11 });
    // In powers of 3, 0.006 is 0.631 from 0.003 and 0.369 from 0.009: rank 8 loses 0.1 * (0.398 - 0.136) at 0.003, rank 2
    // 0.1 at 0.009.
    expect(search.learningRate).toMatchObject({ chosen: 0.003, start: 0.001, epochs: 1, trainExamples: 20 });
    // 5 of the 20 are of one class, and 3 of the 11 that judge.
    const guessing = -(3 * Math.log(0.25) + 8 * Math.log(0.75)) / 11;
    expect(search.learningRate!.guessing).toBeCloseTo(guessing, 12);
    expect(search.learningRate!.tried.map(({ value }) => value)).toEqual([
      0.000333, 0.001, 0.003, 0.009, 0.027,
    ]);
    expect(search.learningRate!.regrets.map(({ best }) => best)).toEqual([0.003, 0.009]);
    expect(search.learningRate!.notes[0]).toContain("at 0.003, rank 8 loses 0.026 ± 0.000 nats");
    expect(search.epochs).toMatchObject({
      chosen: 2,
      converged: true,
      learningRate: 0.003,
      trainExamples: 29,
    });
    expect(events).toHaveLength(2 * (5 + 3));
    expect(events[0]).toMatchObject({ setting: "learningRate", logLoss: expect.any(Number) });

    const again = await watched(inputs, both, out, noTrainer(run));
    expect(again).toEqual({ plan: found, search, events: [] });

    expect(found.config.optimizer).toEqual({
      ...inputs.plan.config.optimizer,
      learningRate: 0.003,
      epochs: 2,
    });
    const { results } = await runPlan({ ...inputs, plan: found }, { out }, run);
    expect(results!.sweep.search).toEqual(search);
    expect(readdirSync(join(out, "results"))).toHaveLength(2); // the search's trials are not the sweep's
  });

  test("trains under no seed of the sweep, on no validation example", async () => {
    const { inputs, out, run } = searchPlace(
      { best: { 2: 0.001, 4: 0.001, 8: 0.001 } },
      { seeds: [1, 20_000] },
    );
    const { plan, search } = foundBy(await searchSettings(inputs, rateOnly, { out }, run));
    expect(search.seed).toBe(20_001);
    expect(search.epochs).toBeUndefined();
    const folder = join(out, "search");
    for (const { spec } of new SweepStore(folder).readResults()) {
      expect(spec.seed).toBe(20_001);
      const data = JSON.parse(
        readFileSync(join(folder, `data-${engineSpec(spec).data.sha256}.json`), "utf8"),
      );
      expect([...data.train, ...data.validation].filter(({ id }) => id.startsWith("v"))).toEqual([]);
    }
    expect(plan.config.optimizer.epochs).toBe(inputs.plan.config.optimizer.epochs);
  });

  test("a diverged training is as bad as can be, and the search goes on without it", async () => {
    const world = { best: { 2: 0.002, 4: 0.002, 8: 0.002 }, divergesAbove: 0.0005 };
    const { inputs, out, run } = searchPlace(world, { ranks: [2] });
    const { learningRate } = foundBy(await searchSettings(inputs, rateOnly, { out }, run)).search;
    expect(learningRate).toMatchObject({ chosen: 0.000333 });
    expect(learningRate!.tried.map(({ losses }) => losses[0]!.logLoss !== undefined)).toEqual([
      true,
      true,
      false,
      false,
    ]);
  });

  test("stopped, it goes on with what is missing and comes to the same", async () => {
    const world = { best: { 2: 0.003, 4: 0.003, 8: 0.003 }, milliseconds: 100 };
    const { inputs, out, run } = searchPlace(world);
    const stop = new AbortController();
    const stopping = {
      ...run,
      trialsAtOnce: 1,
      signals: { stop: stop.signal },
      reporter: { report: () => stop.abort() },
    };
    const stopped = await searchSettings(inputs, rateOnly, { out }, stopping);
    expect(stopped).toEqual({ status: "interrupted" });
    expect(existsSync(join(out, "search", "search.json"))).toBe(false);
    expect(existsSync(join(out, "sweep.lock"))).toBe(false);

    const { search, events } = await watched(inputs, rateOnly, out, run);
    expect(events).toHaveLength(2 * search.learningRate!.tried.length - 1);
    const elsewhere = searchPlace(world);
    const undisturbed = await watched(elsewhere.inputs, rateOnly, elsewhere.out, elsewhere.run);
    expect(undisturbed.search).toEqual(search);
    expect(filesUnder(out).filter((file) => file.endsWith(".tmp"))).toEqual([]);
  });

  test("killed before it was written down, what was found is found again without training", async () => {
    const { inputs, out, run } = searchPlace({ best: { 2: 0.001, 4: 0.001, 8: 0.001 } }, { ranks: [2] });
    const { plan, search } = await watched(inputs, rateOnly, out, run);
    rmSync(join(out, "search", "search.json"));
    expect(await watched(inputs, rateOnly, out, noTrainer(run))).toEqual({ plan, search, events: [] });
  });

  test("says which trainings failed", async () => {
    const { inputs, out, run } = searchPlace(
      { best: { 2: 0.001, 8: 0.001 }, breaksAt: 8 },
      { ranks: [2, 8] },
    );
    const outcome = await searchSettings(inputs, rateOnly, { out }, { ...run, maxAttempts: 1 });
    expect(outcome).toMatchObject({ status: "failed" });
    if (outcome.status !== "failed") return;
    expect(outcome.failed).toHaveLength(3);
    expect(outcome.failed[0]!.message).toContain("this rank is broken");
  });

  test("refuses other data than the plan's, and makes no folder", async () => {
    const { inputs, out, run } = searchPlace({ best: {} });
    const dataset = new TextEncoder().encode("{}");
    await expect(searchSettings({ ...inputs, dataset }, rateOnly, { out }, run)).rejects.toMatchObject({
      code: "E_DATA_HASH",
    });
    expect(existsSync(out)).toBe(false);
  });
});
