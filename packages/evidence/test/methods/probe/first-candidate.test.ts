import { describe, expect, test } from "vitest";
import { firstCandidate } from "../../../src/methods/probe/first-candidate.ts";
import type { RankPrediction } from "../../../src/schema/types.ts";

describe("firstCandidate", () => {
  const curve = (advantages: readonly number[], halfWidth = 0.1): RankPrediction[] =>
    advantages.map((advantage, i) => ({
      rank: 2 ** i,
      accuracy: 0.9 + advantage,
      advantage,
      interval: [advantage - halfWidth, advantage + halfWidth],
    }));

  test("is the smallest rank that falls short of the largest by at most the margin", () => {
    expect(firstCandidate(curve([-0.03, -0.01, 0.001, 0]), 0.01)).toBe(2);
    expect(firstCandidate(curve([-0.03, -0.0101, -0.001, 0]), 0.01)).toBe(4);
  });

  test("has to reach a rank that is known to be better than the largest, but not one that looks it", () => {
    expect(firstCandidate(curve([-0.004, 0.02, 0]), 0.01)).toBe(1);
    expect(firstCandidate(curve([-0.004, 0.02, 0], 0.001), 0.01)).toBe(2);
  });

  test("is the next to the largest where no smaller one looks adequate, and none without a prediction", () => {
    expect(firstCandidate(curve([-0.2, -0.1, 0]), 0.01)).toBe(2);
    expect(firstCandidate([], 0.01)).toBeUndefined();
  });
});
