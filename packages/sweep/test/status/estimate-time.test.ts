import { expect, test } from "vitest";
import { estimateTime } from "../../src/status/sweep-status.ts";
import type { TrialState, TrialStatus } from "../../src/status/trial-state.ts";

/** Trials of these ranks, each under the id that its place gives. */
function trials(...states: readonly (readonly [rank: number, state: TrialState])[]): TrialStatus[] {
  return states.map(([rank, state], seed) => ({
    ...state,
    trialId: String(seed),
    name: `r${rank}-s${seed}`,
    rank,
    seed,
  }));
}

const done = (seconds: number): TrialState => ({ state: "done", status: "completed", seconds });
const running = (seconds: number, steps = {}): TrialState => ({
  state: "running",
  attempt: 1,
  seconds,
  ...steps,
});
const waiting: TrialState = { state: "waiting", attempts: 0 };
const failed: TrialState = { state: "failed", attempt: 3, reason: "" };
const lost: TrialState = { state: "lost", attempt: 1, isGone: true, secondsSilent: 90, seconds: 100 };

const left = (all: readonly TrialStatus[]) => all.map((trial) => "secondsLeft" in trial && trial.secondsLeft);

test("a running trial takes as long as its rank took, and what is to be run starts where one ends", () => {
  const all = trials([2, done(100)], [8, done(200)], [2, running(30)], [8, running(50)], [8, waiting]);
  const estimated = estimateTime(all);
  expect(left(estimated.trials)).toEqual([false, false, 70, 150, false]);
  expect(estimated.secondsLeft).toBe(70 + 200);
});

test("trials that failed or were lost are run again, others that are not running are not", () => {
  const known = trials([2, done(100)], [2, running(30)]);
  const more = (state: TrialState) => estimateTime([...known, ...trials([2, state])]).secondsLeft;
  expect([waiting, failed, lost].map(more)).toEqual([170, 170, 170]);
  expect([done(100), { state: "cancelled" } as const, { state: "not-asked" } as const].map(more)).toEqual([
    70, 70, 70,
  ]);
});

test("before any is done, the share of the steps tells", () => {
  const step = { step: 10, steps: 40, loss: 0.5 };
  expect(estimateTime(trials([2, running(30, step)], [4, waiting])).secondsLeft).toBe(90 + 120);
  const { trials: same, ...nothing } = estimateTime(trials([2, running(30, { step: 10, loss: 0.5 })]));
  expect(left(same)).toEqual([false]);
  expect(nothing).toEqual({});
});

test("where none runs there is no time, and trials are as they were", () => {
  const all = trials([2, done(100)], [2, waiting], [2, lost]);
  expect(estimateTime(all)).toEqual({ trials: all });
});
