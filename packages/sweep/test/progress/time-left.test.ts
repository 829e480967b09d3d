import { readFileSync } from "node:fs";
import type { TrialEvent } from "@lorank/train";
import { describe, expect, test } from "vitest";
import { secondsAt, TimeLeft } from "../../src/progress/time-left.ts";

function step(number: number, steps: number): TrialEvent {
  return { kind: "step", step: number, steps, loss: 1, learningRate: 1e-3 };
}

/** An estimator for `trialsAtOnce` and a clock to turn by hand. */
function estimator(trialsAtOnce: number) {
  const clock = { seconds: 0 };
  return { clock, left: new TimeLeft(trialsAtOnce, () => clock.seconds) };
}

test("knows nothing before the second sign of the first trial: the first step waits for the model", () => {
  const { left, clock } = estimator(1);
  left.started("a", 4);
  clock.seconds = 3;
  left.progressed("a", step(1, 5));
  expect(left.estimate([8])).toBeUndefined();
  clock.seconds = 4;
  left.progressed("a", step(2, 5));
  // 3 s to the end of the first step, and a second for each of the other four: 3 are left, and another 7 wait.
  expect(left.estimate([8])).toBe(10);
});

test("takes the time so far of a trial that is met on its way for its steps", () => {
  const { left } = estimator(1);
  left.started("a", 4, -3);
  left.progressed("a", step(1, 4));
  expect(left.leftOf("a")).toBe(9);
});

test("takes evaluations on the way for a part of the steps, and leaves alone those without a count of steps", () => {
  const { left, clock } = estimator(1);
  left.started("a", 4, 0);
  left.progressed("a", step(2, 4));
  left.progressed("a", { kind: "point", step: 2, accuracy: 1 });
  clock.seconds = 3;
  left.progressed("a", { kind: "point", step: 2, steps: 4, accuracy: 1, logLoss: 0 });
  // Two steps and their evaluation took 3 s: as much is left.
  expect(left.leftOf("a")).toBe(3);
});

test("takes the speed of an evaluation from itself, and what comes after the steps from other trials", () => {
  const { left, clock } = estimator(1);
  left.started("a", 4);
  left.progressed("a", step(1, 2));
  clock.seconds = 10;
  left.progressed("a", step(2, 2));
  expect(left.leftOf("a")).toBe(0);
  left.progressed("a", { kind: "evaluating", done: 1, total: 4 });
  clock.seconds = 12;
  left.progressed("a", { kind: "evaluating", done: 3, total: 4 });
  expect(left.leftOf("a")).toBe(1);
  clock.seconds = 13;
  left.finished("a", 4, 12.5);
  left.started("b", 4);
  left.progressed("b", step(1, 2));
  clock.seconds = 23;
  left.progressed("b", step(2, 2));
  expect(left.leftOf("b")).toBe(3);
});

test("a trial that goes on from a checkpoint takes what its own steps take, and before them the rest of its rank's time", () => {
  const { left, clock } = estimator(1);
  left.started("a", 4);
  left.progressed("a", { kind: "resumed", step: 60, steps: 100 });
  expect(left.leftOf("a")).toBeUndefined();
  clock.seconds = 10;
  left.progressed("a", step(80, 100));
  // 10 s for 20 steps; another trial of the rank is 100 steps.
  expect(left.leftOf("a")).toBeCloseTo(10);
  expect(left.estimate([4])).toBeCloseTo(10 + 50);
  clock.seconds = 20;
  left.progressed("a", step(100, 100));
  clock.seconds = 22;
  left.finished("a", 4, 52); // as it counts: 30 s of them by the process before
  expect(left.estimate([4])).toBe(52);
  left.started("b", 4);
  left.progressed("b", { kind: "resumed", step: 50, steps: 100 });
  expect(left.leftOf("b")).toBe(26);
  // Of a status that looks in: half of the steps in 40 s, after a quarter of them.
  left.started("c", 8, clock.seconds - 40, 0.25);
  left.progressed("c", step(75, 100));
  expect(left.leftOf("c")).toBeGreaterThan(15);
  expect(left.leftOf("c")).toBeLessThan(25);
});

test("expects of a rank the median of what it took, and of a new rank what its neighbours say", () => {
  const { left } = estimator(1);
  for (const seconds of [10, 11, 90]) left.finished("a", 4, seconds);
  left.finished("b", 8, 21);
  expect(left.estimate([4])).toBe(11);
  expect(left.estimate([6])).toBe(16);
  expect(left.estimate([16, 2])).toBe(21 + 11);
});

test("goes over from what others took to what the trial's own steps say", () => {
  const { left, clock } = estimator(1);
  left.finished("a", 4, 10);
  left.started("b", 4);
  left.progressed("b", step(1, 100));
  clock.seconds = 15;
  left.progressed("b", step(50, 99));
  // Half by itself, which says about 30, and half by the other trial: 20 in all.
  expect(left.leftOf("b")).toBeCloseTo(5, 0);
});

test("starts what waits wherever a place gets free", () => {
  const { left, clock } = estimator(2);
  left.finished("a", 4, 10);
  expect(left.estimate([4, 4])).toBe(10);
  expect(left.estimate([4, 4, 4])).toBe(20);
  left.started("b", 4);
  clock.seconds = 4;
  expect(left.estimate([])).toBe(6);
  expect(left.estimate([4, 4])).toBe(16);
});

test("does not count a trial that stopped, and ends at 0", () => {
  const { left } = estimator(1);
  left.finished("a", 4, 10);
  left.started("b", 4);
  left.stopped("b");
  expect(left.estimate([])).toBe(0);
});

test("a trial that takes longer than expected has no negative rest", () => {
  const { left, clock } = estimator(1);
  left.finished("a", 4, 10);
  left.started("b", 4);
  clock.seconds = 60;
  expect(left.estimate([4])).toBe(10);
});

/** A sweep of three ranks under three seeds on two cores that were busy: seconds, trial, what happened. */
type Recorded = readonly [seconds: number, trial: string, kind: string, a?: number, b?: number];
const recorded = JSON.parse(
  readFileSync(new URL("recorded-sweep.json", import.meta.url), "utf8"),
) as Recorded[];

describe("in a recorded sweep", () => {
  const { left, clock } = estimator(2);
  const rankOf = (trial: string) => Number(/\d+/.exec(trial)![0]);
  const waiting = new Set(recorded.map(([, trial]) => trial));
  const end = recorded.findLast(([, , kind]) => kind === "finished")![0];
  const ends: number[] = [];
  const raised: number[] = [];
  for (const [seconds, trial, kind, a = 0, b = 0] of recorded) {
    const ranks = () => [...waiting].map(rankOf);
    const before = left.estimate(ranks());
    clock.seconds = seconds;
    const now = left.estimate(ranks());
    if (before !== undefined) raised.push(now! - before);
    waiting.delete(trial);
    if (kind === "started") left.started(trial, rankOf(trial));
    else if (kind === "finished") left.finished(trial, rankOf(trial), a);
    else if (kind === "step") left.progressed(trial, step(a, b));
    else left.progressed(trial, { kind: "evaluating", done: a, total: b });
    const estimate = left.estimate(ranks());
    if (estimate !== undefined && seconds < end) ends.push(seconds + estimate);
  }

  test("the end that is foreseen moves little at each event", () => {
    const jumps = ends.slice(1).map((one, i) => Math.abs(one - ends[i]!));
    expect(end).toBeCloseTo(44, 0);
    expect(ends.length).toBeGreaterThan(200);
    // 233 s when the whole trial was extrapolated from the share of its steps, loading included.
    expect(Math.max(...jumps)).toBeLessThan(6);
    expect(Math.max(...ends.slice(ends.length / 2).map((one) => Math.abs(one - end)))).toBeLessThan(6);
  });

  test("nothing is added between two events", () => {
    expect(Math.max(...raised)).toBeLessThanOrEqual(1e-9);
  });
});

describe("secondsAt", () => {
  const known = [
    { rank: 4, seconds: 10 },
    { rank: 32, seconds: 17 },
  ];

  test("lies on the line between two ranks, and is that of the nearer end outside", () => {
    expect(secondsAt(4, known)).toBe(10);
    expect(secondsAt(8, known)).toBe(11);
    expect(secondsAt(2, known)).toBe(10);
    expect(secondsAt(64, known)).toBe(17);
  });

  test("is unknown where nothing was measured", () => {
    expect(secondsAt(4, [])).toBeUndefined();
  });
});
