import { describe, expect, test } from "vitest";
import { type SweepCosts, secondsAt } from "../src/plan/cost.ts";
import { timeWords } from "../src/plan/print-costs.ts";

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

test("the time says where it is from, and invents nothing", () => {
  const costs = { secondsLeft: 125, timeSource: "measured", atMost: false, done: 4, atOnce: 2 } as SweepCosts;
  expect(timeWords(costs)).toBe(
    "about 2:05 for what is left, from a few steps of the smallest and the largest rank",
  );
  expect(timeWords({ ...costs, done: 0, timeSource: "results" })).toBe(
    "about 2:05, from the trials that were run, if as many ran side by side",
  );
  expect(timeWords({ ...costs, done: 0, atMost: true })).toMatch(/^at most 2:05, /);
  expect(timeWords({ ...costs, secondsLeft: undefined, timeSource: undefined })).toMatch(
    /^unknown: --measure/,
  );
});
