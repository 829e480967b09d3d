import { describe, expect, test } from "vitest";
import { logLossTruths, tallyLogLossCell } from "../../bench/log-loss-cells.ts";
import { ranks } from "../../bench/worlds.ts";
import { simulatedLogLosses } from "../../src/decide/simulate.ts";

const lossesOf = (accuracies: readonly number[]): number[] =>
  simulatedLogLosses({ ranks, accuracies, seeds: 1, examples: 2 });

describe("the cells of log loss", () => {
  test("have a gap of two margins of 0.02 nats", () => {
    const { accuracies } = logLossTruths.find(({ name }) => name === "gap of 2 margins")!;
    const [worse, ...equal] = lossesOf(accuracies);
    expect(worse! - equal[0]!).toBeCloseTo(0.04, 9);
    expect(new Set(equal).size).toBe(1);
  });

  test("count lower as better: a rising curve is extended or certified at its end, never wrongly taken", () => {
    const rising = logLossTruths.find(({ name }) => name === "rising")!;
    const tally = tallyLogLossCell(rising, { seeds: 10, examples: 872 }, 20);
    expect(tally.verdicts.extend + tally.verdicts.adequate).toBeGreaterThan(15);
    expect([tally.wronglyAdequate, tally.wrongDifference]).toEqual([0, 0]);
    expect(tally.pairIntervals).toBe(20 * 6);
    expect(tally.pairCovered).toBeGreaterThan(100);
  });
});
