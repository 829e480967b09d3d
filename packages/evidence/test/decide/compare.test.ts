import { describe, expect, test } from "vitest";
import {
  compareRanks,
  isWorseThanSome,
  ownInterval,
  pairOf,
  shortfallBound,
} from "../../src/decide/compare.ts";
import { outcomesFromRows } from "../../src/decide/outcomes-from-rows.ts";
import { pairedDesign } from "../../src/decide/paired-design.ts";
import { simulateOutcomes } from "../../src/decide/simulate.ts";
import { nestedTable } from "./tables.ts";

describe("compareRanks", () => {
  test("shares the error among all pairs, and that of the bounds among the ranks, two thirds to the smallest", () => {
    const design = pairedDesign(nestedTable({ 1: [0.8, 0.8], 2: [0.8, 0.8], 4: [0.8, 0.8], 8: [0.8, 0.8] }));
    const { pairs, tails } = compareRanks(design, "accuracy", 0.95);
    expect(pairs).toHaveLength(6);
    expect(tails.pairTail).toBeCloseTo(0.05 / 2 / 6, 12);
    expect(tails.smallestTail).toBeGreaterThan(0.05 * (2 / 3));
    expect(tails.otherTail).toBeCloseTo(tails.smallestTail / 4, 12);
  });

  test("turns the sign with the order of the pair", () => {
    const design = pairedDesign(nestedTable({ 4: [0.8, 0.82], 32: [0.9, 0.91] }));
    const { pairs } = compareRanks(design, "accuracy", 0.95);
    expect(pairOf(pairs, 32, 4).mean).toBeCloseTo(0.095, 12);
    expect(pairOf(pairs, 4, 32).mean).toBeCloseTo(-0.095, 12);
  });

  test("fits each pair on its own differences; of shares, the largest of them is the unit", () => {
    const shareOf = (rank: number, example: number): number => (example === 3 ? 0.5 + rank / 8 : 0.5);
    const rows = [0, 1, 4].flatMap((rank) =>
      [0, 1].flatMap((seed) =>
        Array.from({ length: 10 }, (_, example) => ({
          rank,
          seed,
          example,
          correct: shareOf(rank, example),
        })),
      ),
    );
    const { pairs } = compareRanks(pairedDesign(outcomesFromRows(rows)), "accuracy", 0.95);
    expect(
      pairs.map(({ first, second, unit, fit }) => [first, second, unit, fit.mean, fit.differing]),
    ).toEqual([
      [0, 1, 0.125, -0.0125, 1],
      [0, 4, 0.5, -0.05, 1],
      [1, 4, 0.375, -0.0375, 1],
    ]);
  });

  test("has the paired standard error that errorbars documents for COPA: 20 questions, 0.60 against 0.80", () => {
    const right = (rank: number, example: number): boolean =>
      example < 10 || (rank === 4 ? example < 12 : example >= 14);
    const rows = [4, 8].flatMap((rank) =>
      Array.from({ length: 20 }, (_, example) => ({
        rank,
        seed: 0,
        example,
        correct: Number(right(rank, example)),
      })),
    );
    const [pair] = compareRanks(pairedDesign(outcomesFromRows(rows)), "accuracy", 0.95).pairs;
    expect(pair!.fit.mean).toBeCloseTo(-0.2, 12);
    expect(Math.sqrt(pair!.fit.components.example / 20)).toBeCloseTo(0.1376, 4);
  });

  test("calls the rank with the lower log loss better", () => {
    const table = simulateOutcomes({ ranks: [4, 32], accuracies: [0.6, 0.9], seeds: 3, examples: 300 }, 1);
    const { pairs } = compareRanks(pairedDesign(table), "log-loss", 0.95);
    expect(pairOf(pairs, 32, 4).mean).toBeGreaterThan(0);
    expect(isWorseThanSome(pairs, 4)).toBe(true);
    expect(isWorseThanSome(pairs, 32)).toBe(false);
  });

  test("supports nothing with one seed, however large the gap", () => {
    const { pairs } = compareRanks(pairedDesign(nestedTable({ 4: [0.1], 32: [0.9] })), "accuracy", 0.95);
    expect(pairs.map((pair) => pair.supported)).toEqual([false]);
  });

  test("does not certify ranks that agree on every one of few examples", () => {
    // No disagreement among 20 examples: by the rule of three it can still be 3.0 / 20.
    const design = pairedDesign(nestedTable({ 4: [1, 1, 1], 32: [1, 1, 1] }, 20));
    const { pairs } = compareRanks(design, "accuracy", 0.95);
    expect(shortfallBound(pairs, 4)).toBeCloseTo(-Math.log(0.05) / 20, 12);
  });
});

describe("ownInterval", () => {
  test("stays within what an accuracy can be", () => {
    const row = Array.from({ length: 40 }, (_, e) => (e === 0 ? 0 : 1));
    const { mean, interval } = ownInterval([row, row, row], { metric: "accuracy", confidence: 0.95 });
    expect(mean).toBe(0.975);
    expect(interval[1]).toBe(1);
    expect(interval[0]).toBeGreaterThan(0.8);
  });

  test("for one seed is the textbook interval of a proportion, plus the rule of three", () => {
    // n = 872 at 0.95: standard error 0.74 points; 0.0042 is -ln(0.025) / 872
    const row = Array.from({ length: 872 }, (_, e) => (e < 828 ? 1 : 0));
    const { mean, interval } = ownInterval([row], { metric: "accuracy", confidence: 0.95 });
    const textbook = 1.963 * 0.0074;
    expect(mean - interval[0]).toBeCloseTo(Math.hypot(textbook, 0.00423), 3);
  });
});
