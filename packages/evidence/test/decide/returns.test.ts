import { describe, expect, test } from "vitest";
import { diminishingReturns, withRates } from "../../src/decide/returns.ts";
import { decide } from "../../src/index.ts";
import { nestedTable, withClasses } from "./tables.ts";

const fiveTimes = (accuracy: number): number[] => Array.from({ length: 5 }, () => accuracy);
const rising = decide(
  nestedTable({ 0: fiveTimes(0.6), 4: fiveTimes(0.8), 16: fiveTimes(0.9), 32: fiveTimes(0.901) }, 2000),
);

describe("diminishingReturns", () => {
  test("ends at the last step whose gain is supported, with the interval of that gain", () => {
    const returns = rising.returns!;
    expect(returns).toMatchObject({ curve: "rising-until", rank: 16 });
    if (returns.curve === "flat") throw new Error("flat");
    const [low, high] = returns.interval;
    expect(low).toBeGreaterThan(0);
    expect((low + high) / 2).toBeCloseTo(0.1, 12);
    expect(returns.steps.map(({ from, to }) => [from, to])).toEqual([
      [0, 4],
      [4, 16],
      [16, 32],
    ]);
    expect(returns.steps[2]!.interval[0]).toBeLessThan(0);
  });

  test("divides a gain by the doublings of the rank, from rank 0 not at all", () => {
    const [first, second, third] = rising.returns!.steps;
    expect(first!.perDoubling).toBeUndefined();
    expect(second!.perDoubling).toBeCloseTo(0.05, 12);
    expect(third!.perDoubling).toBeCloseTo(0.001, 12);
  });

  test("divides a gain by what the larger rank costs more, where it does", () => {
    const { steps } = diminishingReturns(rising.pairs!, [
      { rank: 4, params: 1000, adapterBytes: 4000, seconds: 10 },
      { rank: 16, params: 4000, adapterBytes: 16_000, seconds: 10 },
    ]);
    expect(steps[1]!.perParam).toBeCloseTo(0.1 / 3000, 15);
    expect(steps[1]!.perAdapterByte).toBeCloseTo(0.1 / 12_000, 15);
    expect(Object.keys(steps[1]!)).not.toContain("perSecond");
    expect(Object.keys(steps[2]!)).not.toContain("perParam");
  });

  test("can have its rates added later", () => {
    const costs = [
      { rank: 4, params: 1000 },
      { rank: 16, params: 4000 },
    ];
    expect(withRates(rising.returns!, costs)).toEqual(diminishingReturns(rising.pairs!, costs));
  });

  test("is flat when no step is supported, and absent with one seed", () => {
    expect(decide(withClasses(nestedTable({ 4: fiveTimes(0.9), 8: fiveTimes(0.9) }))).returns).toMatchObject({
      curve: "flat",
    });
    expect(decide(nestedTable({ 4: [0.5], 8: [0.9] })).returns).toBeUndefined();
  });

  test("counts a lower log loss as a gain", () => {
    const cells = [4, 8].flatMap((rank) =>
      [0, 1, 2].map((seed) => ({
        rank,
        seed,
        correct: [1, 1, 1, 1],
        logLoss: [0.1, 0.2, 0.3, 0.4].map((loss) => loss + seed / 1000 + (rank === 4 ? 0.5 : 0)),
      })),
    );
    const table = { ranks: [4, 8], seeds: [0, 1, 2], examples: 4, cells, failures: [] };
    expect(decide(table, { metric: "log-loss" }).returns!.steps[0]!.gain).toBeCloseTo(0.5, 12);
  });
});
