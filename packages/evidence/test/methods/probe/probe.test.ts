import { describe, expect, test } from "vitest";
import { errorShare, planProbe } from "../../../src/methods/probe/probe.ts";
import { quantileOfUpperTail } from "../../../src/statistics/student-t.ts";

const seeds = (count: number) => Array.from({ length: count }, (_, i) => i + 1);

describe("planProbe", () => {
  test("cuts the largest rank's runs of three seeds and confirms under fewer seeds than the grid has", () => {
    const plan = planProbe([32, 4, 16, 8], seeds(10), 0.95);
    expect(plan).toEqual({
      fromRank: 32,
      smaller: [4, 8, 16],
      probeSeeds: [1, 2, 3],
      confirmationSeeds: [1, 2, 3, 4, 5, 6],
    });
  });

  test.each([5, 10, 20])("makes the confirmation about as sharp as the certificate of %i seeds", (count) => {
    const { confirmationSeeds } = planProbe([4, 8, 16, 32], seeds(count), 0.95);
    const width = (tail: number, n: number) => quantileOfUpperTail(tail, n - 1) / Math.sqrt(n);
    const grid = width(0.05 / 3, count);
    expect(width(0.05 * 0.7, confirmationSeeds.length)).toBeLessThanOrEqual(1.2 * grid);
    expect(width(0.05 * 0.7, confirmationSeeds.length - 1)).toBeGreaterThan(1.2 * grid);
  });

  test("never takes more seeds than there are, and with one seed takes that one", () => {
    for (const count of [1, 2, 3, 4]) {
      const { probeSeeds, confirmationSeeds } = planProbe([2, 4], seeds(count), 0.95);
      expect(confirmationSeeds.length).toBeLessThanOrEqual(count);
      expect(probeSeeds.every((seed) => confirmationSeeds.includes(seed))).toBe(true);
      expect(probeSeeds.length).toBeGreaterThan(0);
    }
  });

  test.each([[[8]], [[0, 8]], [[]]])("refuses the ranks %j", (ranks) => {
    expect(() => planProbe(ranks, seeds(3), 0.95)).toThrow(
      `ranks must be two or more ranks of at least 1 for a probe, which cuts the largest to the others, got [${ranks.join(", ")}]`,
    );
  });
});

test("the confirmations of a probe share the error: together they stay below it, however many there are", () => {
  const shares = Array.from({ length: 12 }, (_, i) => errorShare(i + 1));
  expect(shares[0]).toBe(0.7);
  expect(shares.reduce((sum, share) => sum + share, 0)).toBeLessThan(1);
});
