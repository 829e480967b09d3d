import { expect, test } from "vitest";
import { fallsOf, hasFallen } from "../../../src/checks/points/fell.ts";

test.each([
  ["to nothing", "accuracy", 0.853, 0, undefined, true],
  ["by a third", "accuracy", 0.865, 0.555, 1000, true],
  ["by a tenth", "accuracy", 0.842, 0.752, 1000, false],
  ["by a quarter of few examples", "accuracy", 0.6, 0.4, 20, false],
  ["of a low score", "accuracy", 0.1, 0.03, 1000, false],
  ["of a loss that doubled", "log-loss", 0.5, 1, undefined, true],
  ["of a loss that overfits", "log-loss", 0.9, 1.1, undefined, false],
  ["of a score without a default margin", "higher:reward", 2, 0.5, undefined, true],
] as const)("a fall %s", (_, metric, best, last, examples, expected) => {
  expect(hasFallen({ best, last, examples }, metric, 0.05)).toBe(expected);
});

test("falls are told by rank, with the means of the runs that fell", () => {
  const held = { best: 0.8, last: 0.8 };
  const runs = [
    { rank: 4, rate: 0.1, best: 0.8, last: 0.2 },
    { rank: 4, rate: 0.1, best: 0.9, last: 0.1 },
    { rank: 4, rate: 0.1, ...held },
    { rank: 8, rate: 0.1, ...held },
  ];
  const falls = fallsOf(runs, "accuracy", 0.01)!;
  expect(falls.ranks).toEqual([
    { rank: 4, rate: 0.1, runs: 2, of: 3, best: expect.closeTo(0.85), last: expect.closeTo(0.15) },
  ]);
  expect(falls.hidesRanks).toBe(true);
  const larger = fallsOf(
    runs.map((run) => ({ ...run, rank: 12 - run.rank })),
    "accuracy",
    0.01,
  );
  expect(larger).not.toHaveProperty("hidesRanks");
  expect(fallsOf([{ rank: 8, ...held }], "accuracy", 0.01)).toBeUndefined();
});
