import { describe, expect, test } from "vitest";
import { compareRanks } from "../../../src/decide/compare.ts";
import { pairedDesign } from "../../../src/decide/paired-design.ts";
import { drops } from "../../../src/methods/race/race-look.ts";
import { nestedTable } from "../../decide/tables.ts";

const sixTimes = (accuracy: number): number[] => Array.from({ length: 6 }, () => accuracy);

function dropsOf(accuracies: Record<number, readonly number[]>, margin = 0.01): ReturnType<typeof drops> {
  const design = pairedDesign(nestedTable(accuracies, 4000));
  return drops(design.ranks, compareRanks(design, "accuracy", 0.95), margin);
}

describe("drops", () => {
  test("takes out who is worse than another by more than the margin, and says against whom and by how much", () => {
    const [drop, ...others] = dropsOf({ 1: sixTimes(0.7), 4: sixTimes(0.9), 16: sixTimes(0.903) });
    expect(others).toEqual([]);
    expect(drop).toMatchObject({ rank: 1, cause: "beyond-margin", against: 16 });
    expect(drop!.shortfall).toBeCloseTo(0.203, 9);
    expect(drop!.interval[0]).toBeGreaterThan(0.18);
  });

  test("keeps a small rank whose shortfall is real but may be within the margin", () => {
    const accuracies = { 4: sixTimes(0.9), 16: sixTimes(0.91) };
    const design = pairedDesign(nestedTable(accuracies, 4000));
    expect(compareRanks(design, "accuracy", 0.95).pairs[0]!.supported).toBe(true);
    expect(dropsOf(accuracies)).toEqual([]);
  });

  test("takes out a larger rank that is worse by anything at all", () => {
    const [drop, ...others] = dropsOf({ 4: sixTimes(0.91), 16: sixTimes(0.9) });
    expect(others).toEqual([]);
    expect(drop).toMatchObject({ rank: 16, cause: "smaller-is-better", against: 4 });
    expect(drop!.shortfall).toBeCloseTo(0.01, 9);
  });

  test("keeps everyone where nothing is supported", () => {
    expect(dropsOf({ 4: [0.9, 0.95, 0.85], 16: [0.95, 0.85, 0.93] })).toEqual([]);
  });
});
