import { describe, expect, test } from "vitest";
import {
  lossOf,
  pairedDifference,
  ranksOf,
  searchedValues,
  triedAt,
  valuesOf,
} from "../../src/search/tried.ts";
import { triedWith } from "../helpers/search-example.ts";

const tried = [
  triedWith(8, 0.3, 0.5),
  triedWith(2, 0.3, undefined),
  triedWith(8, 0.1, 0.7),
  triedWith(2, 0.1, 0.6),
];

describe("what was tried", () => {
  test("is found by rank and value, in ascending order", () => {
    expect(valuesOf(tried)).toEqual([0.1, 0.3]);
    expect(ranksOf(tried)).toEqual([2, 8]);
    expect(triedAt(tried, 8, 0.1)).toBe(tried[2]);
  });

  test("has the mean loss; diverged, it is as bad as can be and has none in the results", () => {
    expect(lossOf(triedWith(2, 1, 0.25, 0.1))).toBeCloseTo(0.25, 12);
    expect(lossOf(tried[1]!)).toBe(Number.POSITIVE_INFINITY);
    expect(searchedValues(tried)).toEqual([
      {
        value: 0.1,
        losses: [
          { rank: 2, logLoss: 0.6 },
          { rank: 8, logLoss: 0.7 },
        ],
      },
      { value: 0.3, losses: [{ rank: 2 }, { rank: 8, logLoss: 0.5 }] },
    ]);
  });

  test("is compared example by example", () => {
    const [a, b] = [
      { rank: 2, value: 1, logLosses: [1, 2, 6] },
      { rank: 2, value: 2, logLosses: [0, 2, 4] },
    ];
    // differences 1, 0, 2: mean 1, variance 1, standard error sqrt(1 / 3)
    expect(pairedDifference(a, b)).toEqual({ mean: 1, standardError: Math.sqrt(1 / 3) });
    const single = { rank: 2, value: 1, logLosses: [1] };
    expect(pairedDifference(single, single)).toEqual({ mean: 0, standardError: 0 });
  });
});
