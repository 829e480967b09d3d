import { describe, expect, test } from "vitest";
import { decideScores } from "../../../src/index.ts";
import { atBestRates, shareOfRates } from "../../../src/methods/grid/decide-scores.ts";

const runsAt = (rank: number, rate: number, scores: readonly number[]) =>
  scores.map((score, seed) => ({ rank, rate, seed, score }));

const runs = [
  ...runsAt(4, 1e-4, [0.8, 0.81, 0.82]),
  ...runsAt(4, 2e-4, [0.85, 0.87, 0.86]),
  ...runsAt(8, 1e-4, [0.86, 0.87, 0.88]),
  ...runsAt(8, 2e-4, [0.7, 0.71, 0.72]),
];

describe("runs at several learning rates", () => {
  test("are compared at each rank's best rate", () => {
    expect(atBestRates(runs, 1).rates).toEqual([
      { rank: 4, rate: 2e-4, tried: 2 },
      { rank: 8, rate: 1e-4, tried: 2 },
    ]);
    expect(atBestRates(runs, -1).rates!.map(({ rate }) => rate)).toEqual([1e-4, 2e-4]);
    const decision = decideScores({ runs });
    expect(decision.ranks.map(({ accuracy }) => accuracy)).toEqual([
      expect.closeTo(0.86, 12),
      expect.closeTo(0.87, 12),
    ]);
    expect(decision.explanation).toContain("at its best learning rate (rank 4: 0.0002, rank 8: 0.0001)");
  });
  test("have wider intervals than the same runs alone, as rates were chosen", () => {
    const alone = decideScores({ runs: atBestRates(runs, 1).runs });
    const width = ({ pairs }: typeof alone): number => pairs![0]!.interval[1] - pairs![0]!.interval[0];
    expect(width(decideScores({ runs }))).toBeGreaterThan(width(alone));
    expect(alone.runScores!.rates).toBeUndefined();
  });
  test("are not compared at a rate of fewer runs, however good", () => {
    const lucky = [...runs, { rank: 4, rate: 3e-4, seed: 0, score: 0.99 }];
    expect(atBestRates(lucky, 1).rates![0]).toEqual({ rank: 4, rate: 2e-4, tried: 3 });
  });
  test("with equal means are compared at the lower rate", () => {
    const equal = [...runsAt(4, 2e-4, [0.8, 0.9]), ...runsAt(4, 1e-4, [0.9, 0.8])];
    expect(atBestRates(equal, 1).rates).toEqual([{ rank: 4, rate: 1e-4, tried: 2 }]);
  });
  test("may have one seed each rate, and must not repeat", () => {
    expect(() => decideScores({ runs: [...runs, runs[0]!] })).toThrow(
      "rank 4 at rate 0.0001, seed 0: must occur once, got it again",
    );
  });
});

test("one rate changes nothing", () => {
  const one = runs.filter(({ rate }) => rate === 1e-4);
  const without = one.map(({ rank, seed, score }) => ({ rank, seed, score }));
  expect(decideScores({ runs: one })).toEqual(decideScores({ runs: without }));
  expect(shareOfRates()).toBe(1);
  expect(shareOfRates([{ rank: 4, rate: 1, tried: 3 }])).toBeCloseTo(1 / 9, 12);
});
