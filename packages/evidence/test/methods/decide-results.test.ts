import { expect, test } from "vitest";
import { simulateProbe } from "../../bench/probe-worlds.ts";
import { outcomesFromTrials } from "../../src/decide/outcomes-from-trials.ts";
import { decide, decideResults, outcomesFromRows } from "../../src/index.ts";
import type { DecidableResults } from "../../src/methods/decide-results.ts";
import { decideProbe } from "../../src/methods/probe/decide.ts";
import type { TrialResult } from "../../src/schema/types.ts";
import { explained } from "../../src/words/in-words.ts";
import { exampleTrial } from "../fixtures/results.ts";
import { decideRace } from "./race/decided-race.ts";

const ranks = [4, 8, 32];
const seeds = [0, 1, 2, 3, 4];
const { outcomes, truncations } = simulateProbe(
  { ranks, accuracies: [0.8, 0.85, 0.85], seeds: 5, examples: 100 },
  { likeDirect: 0.5, lost: [] },
  9,
);
const trials = outcomes.cells.map(({ rank, seed, correct, logLoss }) => ({
  spec: { seed, lora: { rank }, optimizer: {}, base: {}, data: {}, task: {} },
  status: "completed",
  lossCurve: [],
  evaluation: { correct: Array.from(correct), logLosses: Array.from(logLoss!) },
})) as unknown as TrialResult[];
const sweep = { ranks, seeds, metric: "accuracy", margin: 0.03, confidence: 0.9 } as const;
const settings = { metric: "accuracy", margin: 0.03, confidence: 0.9 } as const;

function results(method?: "grid" | "probe" | "race"): DecidableResults {
  return { trials, truncations, sweep: { ...sweep, ...(method ? { method } : {}) } };
}

test("each method's results are decided as that method has it, by the sweep's own settings", () => {
  const table = outcomesFromTrials(trials);
  expect(decideResults(results())).toEqual(decide(table, settings));
  expect(decideResults(results("grid"))).toEqual(decide(table, settings));
  expect(decideResults(results("probe"))).toEqual(
    explained(decideProbe(table, truncations, { ...settings, ranks, seeds })),
  );
  expect(decideResults(results("race"))).toEqual(decideRace(table, { ...settings, ranks, seeds }));
});

test("options take the place of the sweep's; a margin does not carry over to another metric", () => {
  expect(decideResults(results(), { margin: 0.2 })).toMatchObject({
    margin: 0.2,
    confidence: 0.9,
    metric: "accuracy",
  });
  expect(decideResults(results(), { metric: "log-loss" })).toMatchObject({ margin: 0.02, confidence: 0.9 });
  expect(decideResults(results(), { metric: "accuracy" })).toMatchObject({ margin: 0.03 });
});

test("runs that are all right on the same examples get no rank, as a table or as a sweep by any method", () => {
  const right = Array.from({ length: 400 }, (_, e) => (e % 10 === 0 ? 0 : 1));
  const same = trials.map(({ evaluation: _, ...one }) => ({ ...one, evaluation: { correct: right } }));
  const rows = trials.flatMap(({ spec }) =>
    right.map((correct, example) => ({ rank: spec.lora.rank, seed: spec.seed, example, correct })),
  );
  const { explanation: _, ...table } = decide(outcomesFromRows(rows), settings);
  expect(table).toMatchObject({ rank: null, classPrior: { source: "agreement" }, seeds: 5 });
  const cut = truncations.map((one) => ({ ...one, evaluation: { ...one.evaluation, correct: right } }));
  for (const method of ["grid", "probe", "race"] as const) {
    const found = decideResults({ ...results(method), trials: same as never, truncations: cut });
    expect([method, found]).toMatchObject([method, { rank: null, classPrior: { source: "agreement" } }]);
    if (method === "grid") expect(found).toMatchObject(table);
  }
});

test("answers that are never right leave the verdict by log loss as it is", () => {
  const wrong = trials.map(({ evaluation, ...one }) => ({
    ...one,
    evaluation: { ...evaluation!, correct: evaluation!.correct.map(() => 0) },
  }));
  const byLogLoss = (from: readonly TrialResult[]) =>
    decideResults({ trials: from as never, sweep }, { metric: "log-loss" }).verdict;
  expect(byLogLoss(wrong)).toBe(byLogLoss(trials));
});

/** The first `right` of ten examples right. */
function trial(rank: number, seed: number, right: number): TrialResult {
  const correct = Array.from({ length: 10 }, (_, e) => (e < right ? 1 : 0));
  const evaluation = { accuracy: right / 10, logLoss: 0.5, correct, logLosses: correct.map(() => 0.5) };
  return { ...exampleTrial(rank, seed), evaluation, lossCurve: [{ step: 1, loss: rank + seed / 100 }] };
}
const whole = [4, 8].flatMap((rank) => seeds.map((seed) => trial(rank, seed, rank === 4 ? 6 : 8)));

test("a gain is divided by what the trials of the larger rank train and write more", () => {
  const [step] = decideResults({ sweep, trials: whole }).returns!.steps;
  expect(step!.gain).toBeCloseTo(0.2, 12);
  expect(step!.perParam).toBeCloseTo(0.2 / 400, 12);
  expect(step!.perAdapterByte).toBeCloseTo(0.2 / 1600, 12);
});

test("two equal sweeps have equal decisions, however long they took", () => {
  const slower = whole.map((one, i) => ({
    ...one,
    measured: { ...one.measured, seconds: { ...one.measured.seconds, total: 10 + i } },
  }));
  expect(decideResults({ sweep, trials: slower })).toEqual(decideResults({ sweep, trials: whole }));
});

test("where answers decide, the verdict by log loss stands beside, and a sentence says whether it is the same", () => {
  const answering = (byAnswers: (rank: number) => number, byLoss: (rank: number) => number) =>
    decideResults({
      sweep,
      trials: [4, 8].flatMap((rank) =>
        seeds.map((seed) => {
          const one = trial(rank, seed, byAnswers(rank));
          const losses = one.evaluation!.correct.map(
            (_, e) => byLoss(rank) * (1 + ((7 * e + 3 * seed) % 10) / 20),
          );
          const evaluation = { ...one.evaluation!, logLosses: losses };
          return {
            ...one,
            spec: { ...one.spec, answers: { metric: "equals", maxNewTokens: 8 } },
            evaluation,
          };
        }),
      ) as unknown as TrialResult[],
    });
  const same = answering(
    (rank) => (rank === 4 ? 3 : 9),
    (rank) => (rank === 4 ? 0.9 : 0.3),
  );
  expect(same.byLogLoss).toMatchObject({ rank: same.rank });
  expect(same.explanation).toContain("By the log loss of the responses the answer is the same: rank 8");
  const other = answering(
    (rank) => (rank === 4 ? 3 : 9),
    (rank) => (rank === 4 ? 0.3 : 0.9),
  );
  expect([other.rank, other.byLogLoss!.rank]).toEqual([8, 4]);
  expect(other.explanation).toContain(
    "By the log loss of the responses: rank 4 is recommended. The verdict rests on the generated answers.",
  );
  expect(decideResults({ sweep, trials: whole })).not.toHaveProperty("byLogLoss");
});

test("trials of an earlier schema are decided anew, and the explanation says what an earlier rule called them", () => {
  const earlier = { verdict: "adequate", rank: 4 } as const;
  const decision = decideResults({ ...results(), decision: { earlier } });
  expect(decision).toMatchObject({ verdict: "inconclusive", rank: null, earlier });
  expect(decision.explanation).toContain("This verdict was adequate for rank 4 by an earlier rule");
  const same = { verdict: decision.verdict, rank: decision.rank };
  expect(decideResults({ ...results(), decision: { earlier: same } }).explanation).not.toContain(
    "earlier rule",
  );
  expect(decideResults({ ...results(), decision: { earlier } }, { margin: 0.02 })).not.toHaveProperty(
    "earlier",
  );
});
