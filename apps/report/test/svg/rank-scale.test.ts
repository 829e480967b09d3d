import { describe, expect, test } from "vitest";
import { rankScale } from "../../src/svg/rank-scale.ts";

describe("rankScale", () => {
  test("a doubling is the same distance everywhere", () => {
    const { x, gap } = rankScale([2, 4, 8, 32], 0, 400);
    expect([x(2), x(4), x(8), x(32)]).toEqual([0, 100, 200, 400]);
    expect(gap).toBe(100);
  });
  test("rank 0, which has no logarithm, stands one doubling left of the smallest", () => {
    const { x } = rankScale([0, 4, 8], 0, 200);
    expect([x(0), x(4), x(8)]).toEqual([0, 100, 200]);
  });
  test("a single rank stands in the middle, also when it is 0", () => {
    expect(rankScale([16], 0, 100).x(16)).toBe(50);
    expect(rankScale([0], 0, 100).x(0)).toBe(50);
  });
  test("labels that would touch are left out, the largest rank's never", () => {
    const ranks = Array.from({ length: 16 }, (_, index) => index + 1);
    const { labelled, x } = rankScale(ranks, 0, 400);
    expect(labelled).toContain(16);
    const gaps = labelled.slice(1).map((rank, index) => x(rank) - x(labelled[index]!));
    expect(Math.min(...gaps)).toBeGreaterThanOrEqual(26);
  });
});
