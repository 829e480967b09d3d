import type { TrialResult } from "@lorank/evidence/results";
import type { SweepConfig, SweepPlan } from "@lorank/sweep";
import { describe, expect, test } from "vitest";
import {
  type SweepCosts,
  type SweepTime,
  searchCosts,
  sweepCosts,
  sweepTime,
} from "../../src/commands/plan/cost.ts";
import { vllmNote } from "../../src/commands/plan/document.ts";
import { timeWords } from "../../src/commands/plan/print-plan.ts";

describe("sweepTime", () => {
  const ranks = [4, 8];
  const seeds = [1, 2, 3, 4, 5];
  /** Only what the time depends on. */
  function planned(changes: Partial<SweepConfig> = {}): SweepPlan {
    const config = { ranks, seeds, data: { validationExamples: 100 }, ...changes };
    const method = changes.method === undefined ? {} : { method: changes.method };
    return {
      config,
      summary: { ranks, seeds, confidence: 0.95, ...method },
      specs: seeds.flatMap((seed) => ranks.map((rank) => ({ lora: { rank }, seed, optimizer: {} }))),
    } as unknown as SweepPlan;
  }
  const known = [
    { rank: 4, seconds: 10, open: 2, evaluate: 1 },
    { rank: 8, seconds: 20, open: 4, evaluate: 2 },
  ];
  const timeOf = (plan: SweepPlan, extra = plan.specs.slice(0, 0)): SweepTime =>
    sweepTime(plan, known, { missing: plan.specs, extra, atOnce: 2 });

  test("of a grid is that of its trials, side by side", () => {
    expect(timeOf(planned())).toEqual({ trials: (5 * 10 + 5 * 20) / 2, base: 0, cuts: 0, test: 0 });
  });

  test("includes the evaluation of the untouched base where no head is trained, until trials are there", () => {
    const plan = planned({ task: { kind: "causal-lm" } });
    expect(timeOf(plan).base).toBe(4 + 2);
    expect(sweepTime(plan, known, { missing: plan.specs.slice(1), extra: [], atOnce: 2 }).base).toBe(0);
  });

  test("counts the four trials of a robustness check once", () => {
    const plan = planned({ robustness: true });
    const extra = [...plan.specs.slice(0, 2), ...plan.specs.slice(0, 2)];
    expect(timeOf(plan, extra).trials).toBe(75 + (2 * 10 + 2 * 20) / 2);
  });

  test("includes the test score under every seed, by the number of test examples", () => {
    const test = { name: "held out", sha256: "", examples: 50 };
    expect(timeOf(planned({ test })).test).toBe((5 * (4 + 0.5 * 2)) / 2);
    const one = planned({ test });
    const oneSeed = { ...one, summary: { ...one.summary, seeds: [1] } };
    expect(timeOf(oneSeed).test).toBe(0);
  });

  test("includes a probe's truncations, each evaluated on all validation examples", () => {
    const { trials, cuts } = timeOf(planned({ method: "probe" }));
    expect(cuts).toBe((3 * (4 + 1 * 2)) / 2);
    expect(trials).toBeLessThanOrEqual(75);
  });

  test("counts nothing for opening and evaluating where a trainer's results have the whole time alone", async () => {
    const plan = planned({ method: "probe", task: { kind: "causal-lm" } });
    const [spec] = plan.specs;
    const done = { trialId: "", status: "completed", spec, measured: { seconds: { total: 10 } } };
    const ready = { plan, run: { trialsAtOnce: 2 } } as unknown as Parameters<typeof sweepCosts>[0];
    const costs = await sweepCosts(ready, [done as unknown as TrialResult], undefined);
    expect(costs.secondsByPart).toEqual({ trials: expect.any(Number), base: 0, cuts: 0, test: 0 });
    expect(costs.secondsByPart!.trials).toBeGreaterThan(0);
  });

  test("of a check's trials has no evaluations on the way, which the compared trials have", () => {
    const often = known.map((time) => ({ ...time, points: 3 * time.evaluate }));
    const plan = planned({ evaluateEvery: 0.25 });
    const extra = plan.specs.slice(0, 2);
    const all = sweepTime(plan, often, { missing: plan.specs, extra, atOnce: 1 });
    expect(all.trials).toBe(5 * 10 + 5 * 20 + (10 - 3) + (20 - 6));
  });

  test("has nothing left when every trial is done", () => {
    const plan = planned({ test: { name: "held out", sha256: "", examples: 50 }, method: "probe" });
    expect(sweepTime(plan, known, { missing: [], extra: [], atOnce: 2 })).toEqual({
      trials: 0,
      base: 0,
      cuts: 0,
      test: 0,
    });
  });
});

describe("searchCosts", () => {
  test("are of trainings at both ranks, by their share of a trial's steps and of its evaluation", () => {
    const known = [
      { rank: 4, seconds: 10, open: 2, evaluate: 1 },
      { rank: 8, seconds: 20, open: 4, evaluate: 2 },
    ];
    const search = {
      ranks: [4, 8],
      trainings: { least: 3, most: 7 },
      work: { least: 1.5, most: 3.5 },
      judgedExamples: 50,
    };
    const plan = { config: { data: { validationExamples: 100 } } } as unknown as SweepPlan;
    // At rank 4 of 10 s 7 are steps: 3 * (2 + 1 / 2) + 1.5 * 7 = 18; at rank 8 twice that, and two side by side.
    expect(searchCosts(search, known, plan, 2)).toEqual({ trainings: [6, 14], seconds: [27, 63] });
    expect(searchCosts(search, [], plan, 2)).toEqual({ trainings: [6, 14], seconds: null });
  });
});

describe("evaluations on the way", () => {
  const evaluation = { accuracy: 1, correct: [1] };
  /** Costs by a finished trial of 100 steps in 100 s, of which each evaluation takes 5 s. */
  async function costsBy(evaluateEvery: number | undefined, points = 0) {
    const spec = { lora: { rank: 4 }, seed: 1, optimizer: {} };
    const config = { ranks: [4], seeds: [1, 2], ...(evaluateEvery === undefined ? {} : { evaluateEvery }) };
    const plan = { config, summary: { ...config, confidence: 0.95 }, specs: [{ ...spec, seed: 2 }] };
    const done = {
      trialId: "",
      status: "completed",
      spec,
      steps: 100,
      points: Array.from({ length: points }, (_, i) => ({ step: i + 1, evaluation })),
      measured: { seconds: { total: 100 + points * 5, load: 10, evaluate: 5 * (1 + points) } },
    };
    const ready = { plan, run: { trialsAtOnce: 1 } } as unknown as Parameters<typeof sweepCosts>[0];
    return sweepCosts(ready, [done as unknown as TrialResult], undefined);
  }

  test("are a part of a trial's time, whatever the finished trials evaluated", async () => {
    expect(await costsBy(undefined)).not.toHaveProperty("points");
    expect((await costsBy(undefined, 4)).ranks[0]!.trialSeconds).toBe(100);
    for (const points of [0, 4]) {
      const { ranks, points: cost } = await costsBy(0.5, points);
      expect(ranks[0]!.trialSeconds).toBe(105);
      expect(cost).toEqual({ evaluations: 1, share: 0.05 });
    }
  });

  test("that add more than a tenth come with an interval that adds less", async () => {
    const { points } = await costsBy(0.2);
    expect(points).toEqual({ evaluations: 4, share: 0.2, cheaper: { every: 0.34, share: 0.1 } });
  });
});

describe("timeWords", () => {
  const secondsByPart = { trials: 125, base: 0, cuts: 0, test: 0 };
  const counts = { atMost: false, done: 4, trialsAtOnce: 2 };
  const costs = { secondsLeft: 125, secondsByPart, timeSource: "measured", ...counts } as SweepCosts;
  const words = (changes: Partial<SweepCosts>): string => timeWords({ ...costs, ...changes });

  test("say where the time is from, and invent nothing", () => {
    expect(words({})).toBe(
      "about 2:05 for what is left, from a few steps of the smallest and the largest rank",
    );
    expect(words({ done: 0, timeSource: "results" })).toBe(
      "about 2:05, from the trials that were run, if as many ran side by side",
    );
    expect(words({ done: 0, atMost: true })).toMatch(/^at most 2:05, /);
    expect(words({ secondsByPart: null, timeSource: null })).toMatch(/^unknown: --measure/);
  });

  test("name the parts beside the trials, and the search before them", () => {
    const parts = { trials: 90, base: 10, cuts: 20, test: 5 };
    expect(words({ secondsByPart: parts, done: 0, search: { trainings: [4, 8], seconds: [60, 300] } })).toBe(
      "about 2:05 (10 s for the untouched base, 20 s for the probe's truncations, 5.0 s for the final test score), " +
        "from a few steps of the smallest and the largest rank; before it a search of 4 to 8 trainings, about 1:00 to 5:00",
    );
    expect(words({ secondsByPart: null, search: { trainings: [4, 8], seconds: null } })).toMatch(
      /^unknown: .* rank; before it a search of 4 to 8 trainings$/,
    );
  });
});

describe("vllmNote", () => {
  const prepared = (kind: string, adapter = {}) =>
    ({
      data: { task: { kind }, adapter },
      sizes: { ranks: [0, 8, 12].map((rank) => ({ rank, loraParams: 1000 * rank })) },
    }) as unknown as Parameters<typeof vllmNote>[0];

  test("names the ranks that vLLM has no slots of, with what the next larger ones take", () => {
    expect(vllmNote(prepared("causal-lm"))).toContain(": rank 12 needs 16, 32.0 kB for each of --max-loras");
  });

  test("is silent about classifiers and DoRA, which vLLM refuses", () => {
    expect(vllmNote(prepared("classification"))).toBeUndefined();
    expect(vllmNote(prepared("causal-lm", { dora: true }))).toBeUndefined();
  });
});
