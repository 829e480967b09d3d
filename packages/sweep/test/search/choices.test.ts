import { cpSync, rmSync } from "node:fs";
import { join } from "node:path";
import { canonicalJson } from "@lorank/evidence/results";
import { describe, expect, test } from "vitest";
import { searchSettings } from "../../src/engine.ts";
import { type RunOptions, runPlan, type SweepEvent } from "../../src/index.ts";
import type { ToSearch } from "../../src/plan/searched-settings.ts";
import { bestChoice, lookAgain, type Value } from "../../src/search/choices.ts";
import type { TriedTrial } from "../../src/search/try-values.ts";
import { examplePlan } from "../helpers/example.ts";
import type { World } from "../helpers/fake-trainer.ts";
import { listening, searchPlace } from "../helpers/search-example.ts";
import { namedShare } from "../helpers/simulated-choices.ts";

const targets = [
  { value: "all-linear", targetModules: ["q_proj", "up_proj"] },
  { value: "attention", targetModules: ["q_proj"] },
  { value: "mlp", targetModules: ["up_proj"] },
];
const all: ToSearch = { targets, scaling: true, alpha: true };

/** Searches in a world of known losses, in which every rate is the best. */
async function foundIn(world: Partial<World>, toSearch = all, run?: (run: RunOptions) => RunOptions) {
  const place = searchPlace({ best: {}, ...world }, { ranks: [2, 8], lora: searchedLora });
  const { run: heard, events } = listening(place.run);
  const search = (options: RunOptions) => searchSettings(place.inputs, toSearch, { out: place.out }, options);
  const outcome = await search(run?.(heard) ?? heard);
  if (outcome.status !== "found") throw new Error(`the search ended ${outcome.status}`);
  return { ...outcome, events, again: () => search(heard) };
}

const searchedLora = {
  alpha: { kind: "fixed", alpha: 16 },
  scalingRule: "lora",
  dropout: 0,
  targetModules: ["q_proj", "up_proj"],
} as const;

/** World in which another value of each setting is better. */
const matters = { best: {}, gains: { q_proj: 0.03, rslora: 0.03, "alpha 64": 0.025 } };

describe("a search for targets, scaling and alpha", () => {
  test("keeps the defaults where nothing matters, with one training of the defaults for all three", async () => {
    const { plan, search, events } = await foundIn({});
    expect(plan.config.lora).toEqual(searchedLora);
    const chosen = [search.targets, search.scaling, search.alpha].map((found) => found?.chosen);
    expect(chosen).toEqual(["all-linear", "lora", 16]);
    expect(search.alpha!.tried.map(({ value }) => value)).toEqual([4, 16, 64]);
    for (const found of [search.targets!, search.scaling!, search.alpha!]) {
      expect(found.confirmation).toBeUndefined();
      expect(found.explanation).toContain("within noise, the default was kept");
    }
    expect(events).toHaveLength(2 * (3 + 1 + 2));
  });

  test("finds each that matters, those after it at what was found, and tells its worth under a second seed", async () => {
    const { plan, search } = await foundIn(matters);
    expect(plan.config.lora).toMatchObject({
      targetModules: ["q_proj"],
      scalingRule: "rslora",
      alpha: { kind: "fixed", alpha: 64 },
    });
    expect(search.targets).toMatchObject({
      chosen: "attention",
      start: "all-linear",
      confirmation: { value: "attention", seed: 20_001, confirmed: true },
    });
    expect(search.targets!.gains.map(({ value, rank, gain }) => [value, rank, gain.toFixed(3)])).toEqual([
      ["attention", 2, "0.030"],
      ["attention", 8, "0.030"],
      ["mlp", 2, "0.000"],
      ["mlp", 8, "0.000"],
    ]);
    expect(search.targets!.explanation).toMatch(/attention in place of the default all-linear.*second seed/);
    expect(search.alpha!.notes).toContain(
      "The search ended at 64, which did best: a value beyond it may be better.",
    );
  });

  test("keeps the default where another was better by luck under one seed", async () => {
    const { plan, search } = await foundIn({ luck: { rslora: 0.1 } });
    expect(plan.config.lora.scalingRule).toBe("lora");
    expect(search.scaling).toMatchObject({
      chosen: "lora",
      confirmation: { value: "rslora", confirmed: false },
    });
    expect(search.scaling!.explanation).toMatch(
      /within noise, the default was kept. rslora looked better, by 0\.100 .* not clearly so under a second seed: 0\.000 /,
    );
  });

  test("a gain below 0.02 nats is none, however sure", async () => {
    const { search } = await foundIn({ gains: { rslora: 0.019 } }, { scaling: true });
    expect(search.scaling).toMatchObject({ chosen: "lora" });
    expect(search.scaling!.confirmation).toBeUndefined();
  });

  test("is not repeated, and comes to the same", async () => {
    const { again, events, search, plan } = await foundIn({ gains: { q_proj: 0.05 } });
    const before = events.length;
    expect(await again()).toEqual({ status: "found", search, plan });
    expect(events).toHaveLength(before);
  });

  test("killed on the way, it comes to the same without repeating a training", async () => {
    const { inputs, out, run } = searchPlace(matters, { ranks: [2, 8], lora: searchedLora });
    // Two ranks: three targets, two of them again; a rule, and again; two alphas, one of them again.
    const total = 2 * (3 + 2 + 1 + 1 + 2 + 1);
    const kills = [3, 8, 13, total];
    let done = 0;
    const report = (event: SweepEvent): void => {
      if (event.kind !== "setting-tried" || !kills.includes(++done)) return;
      cpSync(out, `${out}-${done}`, { recursive: true });
      rmSync(join(`${out}-${done}`, "sweep.lock")); // a killed process's lock is taken over
    };
    const whole = await searchSettings(
      inputs,
      all,
      { out },
      { ...run, trialsAtOnce: 1, reporter: { report } },
    );
    expect(whole).toMatchObject({ search: { alpha: { confirmation: { confirmed: true } } } });
    expect(done).toBe(total);
    for (const kill of kills) {
      const { run: heard, events } = listening(run);
      expect(await searchSettings(inputs, all, { out: `${out}-${kill}` }, heard)).toEqual(whole);
      expect(events).toHaveLength(total - kill);
    }
  });

  test("an extended sweep keeps what was found, and other defaults are refused", async () => {
    const { inputs, out, run } = searchPlace(matters, { ranks: [2, 8], seeds: [0], lora: searchedLora });
    const outcome = await searchSettings(inputs, all, { out }, run);
    if (outcome.status !== "found") throw new Error(`the search ended ${outcome.status}`);
    await runPlan({ ...inputs, plan: outcome.plan }, { out }, run);

    const { run: heard, events } = listening(run);
    const more = {
      ...inputs,
      plan: examplePlan({ ...inputs.plan.config, ranks: [2, 8, 16], seeds: [0, 1] }),
    };
    const again = await searchSettings(more, all, { out, extend: true }, heard);
    if (again.status !== "found") throw new Error(`the search ended ${again.status}`);
    expect(events).toEqual([]);
    expect(again.search).toEqual(outcome.search);
    const { results } = await runPlan({ ...inputs, plan: again.plan }, { out, extend: true }, heard);
    expect(results!.sweep).toMatchObject({ ranks: [2, 8, 16], search: outcome.search });
    const used = results!.trials.map(({ spec }) => ({ ...spec.lora, rank: 0 }));
    expect(used).toHaveLength(6);
    expect(new Set(used.map((lora) => canonicalJson(lora))).size).toBe(1);
    expect(used[0]).toMatchObject({ targetModules: ["q_proj"], scalingRule: "rslora", alpha: 64 });

    const other = examplePlan({ ...more.plan.config, lora: { ...searchedLora, dropout: 0.1 } });
    await expect(
      searchSettings({ ...more, plan: other }, all, { out, extend: true }, run),
    ).rejects.toMatchObject({
      code: "E_SWEEP_CHANGED",
      message: expect.stringContaining("dropout: 0 -> 0.1"),
    });
  });
});

/** A training at a rank with a value; `losses` by example. */
const tried = (rank: number, value: Value, losses: readonly number[] | undefined): TriedTrial<Value> => {
  const correct = losses?.map(() => 1);
  return { rank, value, logLosses: losses, correct, trainableParams: 10 };
};
/** Ten examples around a mean, in steps of `step`. */
const around = (mean: number, step = 0) => Array.from({ length: 10 }, (_, i) => mean + (i - 4.5) * step);

describe("bestChoice", () => {
  test("takes none that is clearly worse at a rank, or diverged there", () => {
    const usual = [tried(2, "lora", around(0.5)), tried(8, "lora", around(0.5))];
    const at8 = (losses: readonly number[] | undefined) => [
      ...usual,
      tried(2, "rslora", around(0.3)),
      tried(8, "rslora", losses),
    ];
    expect(bestChoice(at8(around(0.51)), "lora")).toBe("rslora");
    expect(bestChoice(at8(around(0.6)), "lora")).toBeUndefined();
    expect(bestChoice(at8(undefined), "lora")).toBeUndefined();
  });

  test("takes a value that trains where the default diverged, and none that diverged elsewhere", () => {
    const of = (usual: readonly number[] | undefined, other: readonly number[] | undefined) => [
      tried(2, 16, around(0.5)),
      tried(8, 16, usual),
      tried(2, 4, around(0.5)),
      tried(8, 4, other),
    ];
    expect(bestChoice(of(undefined, around(0.5)), 16)).toBe(4);
    expect(bestChoice(of(undefined, undefined), 16)).toBeUndefined();
  });

  test("asks for more standard errors, the more values there are", () => {
    // Ten differences of 0.1 with a standard deviation of 3.03 steps: a standard error of 0.957 steps, t(9) one-sided.
    const withOthers = (step: number, others: number) => [
      tried(2, 16, around(0.5)),
      tried(2, 0, around(0.4, step)),
      ...Array.from({ length: others }, (_, i) => tried(2, i + 1, around(0.5))),
    ];
    // One comparison: 1.973 errors, 0.1 > 1.973 * 0.957 * 0.05 = 0.094. Eight: 3.250 errors, 0.156.
    expect(bestChoice(withOthers(0.05, 0), 16)).toBe(0);
    expect(bestChoice(withOthers(0.05, 7), 16)).toBeUndefined();
    expect(bestChoice(withOthers(0.02, 7), 16)).toBe(0);
  });

  test("of several takes that with the least of the larger regrets", () => {
    const losses: Record<string, readonly [number, number]> = {
      a: [0.5, 0.5],
      b: [0.3, 0.45],
      c: [0.38, 0.36],
    };
    const of = Object.entries(losses).flatMap(([value, [at2, at8]]) => [
      tried(2, value, around(at2)),
      tried(8, value, around(at8)),
    ]);
    // regrets: a 0.2 and 0.14, b 0 and 0.09, c 0.08 and 0
    expect(bestChoice(of, "a")).toBe("c");
  });
});

describe("lookAgain", () => {
  const looked = (at2: number, at8: number) => [
    tried(2, "lora", around(0.5)),
    tried(8, "lora", around(0.5)),
    tried(2, "rslora", around(at2)),
    tried(8, "rslora", around(at8)),
  ];
  const isConfirmed = (first: TriedTrial<Value>[], second: TriedTrial<Value>[]) =>
    lookAgain(first, second, "lora", "rslora").confirmed;

  test("must be clear at a rank where the first was, and clearly worse at none", () => {
    expect(isConfirmed(looked(0.4, 0.5), looked(0.4, 0.5))).toBe(true);
    expect(isConfirmed(looked(0.4, 0.5), looked(0.5, 0.4))).toBe(false);
    expect(isConfirmed(looked(0.4, 0.5), looked(0.4, 0.6))).toBe(false);
  });

  test("counts how far the two seeds lie apart as an error of training", () => {
    // Gains 0.30 and 0.00, then 0.10 and 0.00: half of the mean square of 0.2 and 0 is 0.01, an error of 0.1.
    const { gains, confirmed } = lookAgain(looked(0.2, 0.5), looked(0.4, 0.5), "lora", "rslora");
    expect(gains.map(({ standardError }) => standardError.toFixed(6))).toEqual(["0.100000", "0.100000"]);
    expect(confirmed).toBe(false);
  });

  test("confirms a value that trains where the default diverged, if that diverges again", () => {
    const of = (usual: readonly number[] | undefined) => [
      tried(2, "lora", usual),
      tried(2, "rslora", around(0.4)),
    ];
    expect(isConfirmed(of(undefined), of(undefined))).toBe(true);
    expect(isConfirmed(of(undefined), of(around(0.4)))).toBe(false);
  });
});

describe("simulated searches", () => {
  const common = { searches: 3000, examples: 150, values: 3 };

  test("name another value in at most 5 of 100 where all are equal, training noise or not", () => {
    for (const trainingNoise of [0, 1, 2]) {
      const named = namedShare({ ...common, trainingNoise, gain: 0, randomSeed: 1 });
      expect(named.another).toBeLessThanOrEqual(0.05);
    }
  });

  test("find a gain of three standard errors in most cases, and one of five nearly always, without training noise", () => {
    const found = (gain: number) =>
      namedShare({ ...common, searches: 500, trainingNoise: 0, gain, randomSeed: 2 }).best;
    expect(found(3)).toBeGreaterThan(0.85);
    expect(found(5)).toBeGreaterThan(0.95);
  });
});
