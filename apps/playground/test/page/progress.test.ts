import type { TrialResult } from "@lorank/evidence/results";
import type { TrialEvent } from "@lorank/train/browser";
import { expect, test } from "vitest";
import { Progress } from "../../src/page/progress.ts";
import type { Planned } from "../../src/protocol.ts";

const planned: Planned = {
  empty: {
    sweep: {
      name: "starter on mails.csv",
      ...{ ranks: [2, 8], seeds: [1], metric: "accuracy", margin: 0.01, confidence: 0.95 },
    },
    data: { validationExamples: 1 },
    trials: [],
  },
  trials: [
    { trialId: "a", name: "r2-s1", rank: 2, seed: 1 },
    { trialId: "b", name: "r8-s1", rank: 8, seed: 1 },
  ],
  notes: [],
  rows: { used: 1, all: 1 },
};
const done = {
  trialId: "a",
  spec: { lora: { rank: 2 }, seed: 1 },
  status: "completed",
  evaluation: { accuracy: 0.9, logLoss: 0.3, correct: [0.9], logLosses: [0.3] },
  measured: { seconds: { total: 20 } },
} as unknown as TrialResult;

function started() {
  let now = 0;
  const progress = new Progress(planned, [done], () => now);
  const pass = (seconds: number) => {
    now += seconds;
  };
  return { progress, pass };
}

test("shows what is done, what runs with its losses, and the time left", () => {
  const { progress, pass } = started();
  progress.started("b");
  pass(2);
  progress.progressed("b", { kind: "step", step: 1, steps: 10, loss: 0.7, learningRate: 1 });
  pass(1);
  progress.progressed("b", { kind: "step", step: 2, steps: 10, loss: 0.6, learningRate: 1 });
  const live = progress.live();
  expect(live).toMatchObject({ done: 1, total: 2, phase: "running" });
  expect(live.trials[0]).toMatchObject({ state: "done", accuracy: 0.9, logLoss: 0.3 });
  expect(live.trials[1]).toEqual({
    ...{ name: "r8-s1", rank: 8, seed: 1, state: "running", step: 2, steps: 10 },
    losses: [
      [1, 0.7],
      [2, 0.6],
    ],
    points: [],
  });
  expect(live.secondsSpent).toBe(23);
  expect(live.secondsLeft).toBeGreaterThan(5);
  expect(live.secondsLeft).toBeLessThan(20); // one whole trial took so long
  expect(live.results).toEqual({ ...planned.empty, trials: [done] });
  expect(progress.live().results).toBe(live.results);
});

test("shows what a run does besides steps, and nothing of a run that is over", () => {
  const { progress } = started();
  expect(progress.live().trials[1]).toEqual({ name: "r8-s1", rank: 8, seed: 1, state: "waiting" });
  progress.started("b");
  progress.progressed("b", { kind: "resumed", step: 4 } as TrialEvent);
  progress.progressed("b", { kind: "evaluating", done: 3, total: 9 } as TrialEvent);
  progress.progressed("a", { kind: "step", step: 7, steps: 10, loss: 1, learningRate: 1 });
  expect(progress.live().trials[1]).toEqual({
    ...{ name: "r8-s1", rank: 8, seed: 1, state: "running", losses: [], points: [] },
    ...{ resumedFrom: 4, evaluating: { done: 3, total: 9 } },
  });
  const { evaluation: _, ...failed } = done;
  progress.finished({
    ...failed,
    trialId: "b",
    status: "diverged",
    measured: { seconds: { total: 7 } },
  } as TrialResult);
  const live = progress.live();
  expect(live).toMatchObject({ done: 2, secondsSpent: 27 });
  expect(live.trials[1]).toEqual({ name: "r8-s1", rank: 8, seed: 1, state: "done", status: "diverged" });
  expect(progress.done).toBe(2);
});

test("shows the scores of evaluations on the way while a run trains, and forgets them with it", () => {
  const { progress } = started();
  progress.started("b");
  for (const [step, accuracy] of [
    [2, 0.5],
    [4, 0.75],
  ] as const)
    progress.progressed("b", { kind: "point", step, steps: 8, accuracy, logLoss: 0.6 });
  expect(progress.live().trials[1]!.points).toEqual([
    { step: 2, accuracy: 0.5, logLoss: 0.6 },
    { step: 4, accuracy: 0.75, logLoss: 0.6 },
  ]);
  progress.finished({ ...done, trialId: "b" });
  expect(progress.live().trials[1]).not.toHaveProperty("points");
});

test("tells no time left before a run shows how long one takes, then that of one run after another", () => {
  const third = { trialId: "c", name: "r8-s2", rank: 8, seed: 2 };
  const progress = new Progress({ ...planned, trials: [...planned.trials, third] }, [], () => 0);
  expect(progress.live()).not.toHaveProperty("secondsLeft");
  progress.finished(done);
  // The two others have a larger rank, and take no less.
  expect(progress.live().secondsLeft).toBeGreaterThanOrEqual(2 * 20);
  progress.finished({ ...done, trialId: "b" });
  progress.finished({ ...done, trialId: "c" });
  expect(progress.live()).toMatchObject({ secondsLeft: 0, secondsSpent: 60 });
});

test("its clock stands still while it is paused", () => {
  const { progress, pass } = started();
  progress.started("b");
  pass(5);
  progress.pause();
  pass(1000);
  expect(progress.live()).toMatchObject({ phase: "paused", secondsSpent: 25 });
  progress.pause();
  pass(1000);
  progress.resume();
  progress.resume();
  pass(1);
  expect(progress.live()).toMatchObject({ phase: "running", secondsSpent: 26 });
});
