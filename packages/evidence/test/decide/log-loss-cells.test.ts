import { describe, expect, test } from "vitest";
import { accuraciesOf, logLossWorlds, lossesOf, tallyLogLossCell } from "../../bench/log-loss-cells.ts";
import { ranks } from "../../bench/worlds.ts";
import { simulatedLogLosses } from "../../src/decide/simulate.ts";

const [plain, overconfident] = [logLossWorlds[0]!, logLossWorlds[1]!];

describe("the cells of log loss", () => {
  test.each(logLossWorlds)("have a gap of two margins: $name", (world) => {
    const [worse, ...equal] = lossesOf(accuraciesOf("gap of 2 margins", world), world);
    expect(worse! - equal[0]!).toBeCloseTo(2 * world.margin, 9);
    expect(new Set(equal).size).toBe(1);
  });

  test("have the plain world's true losses at sharpness 1", () => {
    const accuracies = accuraciesOf("rising", plain);
    const known = simulatedLogLosses({ ranks, accuracies, seeds: 1, examples: 2 });
    for (const [i, loss] of lossesOf(accuracies, plain).entries()) expect(loss).toBeCloseTo(known[i]!, 12);
  });

  test.each([plain, overconfident])("count lower as better, and draw what they call true: $name", (world) => {
    const tally = tallyLogLossCell(world, "rising", { seeds: 10, examples: 872 }, 20);
    expect(tally.verdicts.extend + tally.verdicts.adequate).toBeGreaterThan(10);
    expect([tally.wronglyCertified, tally.wrongDifference]).toEqual([0, 0]);
    expect(tally.pairIntervals).toBe(20 * 6);
    expect(tally.pairCovered).toBeGreaterThan(100);
    expect(tally.rankCovered).toBeGreaterThan(65); // of 80
  });
});
