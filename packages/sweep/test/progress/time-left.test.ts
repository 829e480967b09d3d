import type { TrialEvent } from "@lorank/train";
import { expect, test } from "vitest";
import { TimeLeft } from "../../src/progress/time-left.ts";

function step(number: number, steps: number): TrialEvent {
  return { kind: "step", step: number, steps, loss: 1, learningRate: 1e-3 };
}

/** An estimator for `trialsAtOnce` and a clock to turn by hand. */
function estimator(trialsAtOnce: number) {
  const clock = { seconds: 0 };
  return { clock, left: new TimeLeft(trialsAtOnce, () => clock.seconds) };
}

test("knows nothing before the first step of the first trial", () => {
  const { left } = estimator(1);
  left.started("a", 4);
  expect(left.estimate([8])).toBeUndefined();
});

test("extrapolates a running trial from its share of steps", () => {
  const { left, clock } = estimator(1);
  left.started("a", 4);
  clock.seconds = 3;
  left.progressed("a", step(1, 4));
  // A quarter took 3 s, so a trial takes 12: 9 are left of this one, and another 12 wait.
  expect(left.estimate([8])).toBe(21);
});

test("expects of a rank what that rank took, and of a new rank the mean of all", () => {
  const { left } = estimator(1);
  left.finished("a", 4, 10);
  left.finished("b", 8, 20);
  expect(left.estimate([4])).toBe(10);
  expect(left.estimate([8, 8])).toBe(40);
  expect(left.estimate([16])).toBe(15);
});

test("divides among the trials side by side, but never says less than the longest running one", () => {
  const { left, clock } = estimator(2);
  left.finished("a", 4, 10);
  expect(left.estimate([4, 4, 4])).toBe(15);
  left.started("b", 4);
  clock.seconds = 4;
  expect(left.estimate([])).toBe(6);
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
