import { costsBeside, type RankRow, rankRows } from "@lorank/core/results";
import { describe, expect, test } from "vitest";
import { adequate } from "../fixtures/scenes.ts";

const rows = rankRows(adequate());
const beside = (row: RankRow) => costsBeside(rows, row).map(({ other, is }) => [other.rank, is]);
const best = rows.find(({ isBest }) => isBest)!;

describe("costsBeside", () => {
  test("compares with the best and the smallest rank, of those that are not the row itself", () => {
    const smallest = rows[0]!;
    const between = rows.find((row) => row !== best && row !== smallest)!;
    expect(beside(between)).toEqual([
      [best.rank, "best"],
      [smallest.rank, "smallest"],
    ]);
    expect(beside(smallest)).toEqual([[best.rank, "best"]]);
    expect(beside(best)).toEqual([[smallest.rank, "smallest"]]);
  });

  test("compares with the largest rank where the row is the smallest and the best", () => {
    const alone = rows.map((row, index) => ({ ...row, isBest: index === 0 }));
    expect(costsBeside(alone, alone[0]!).map(({ other, is }) => [other.rank, is])).toEqual([
      [rows.at(-1)!.rank, "largest"],
    ]);
  });

  test("does not call a few percent of time a difference", () => {
    const near: RankRow = { ...best, costs: { ...best.costs!, secondsPerTrial: 10.2 } };
    const row: RankRow = { ...rows[0]!, costs: { ...rows[0]!.costs!, secondsPerTrial: 10 } };
    const [found] = costsBeside([row, near], row);
    expect(found!.savings.find(({ cost }) => cost === "secondsPerTrial")).not.toHaveProperty("ratio");
    expect(found!.savings.find(({ cost }) => cost === "adapterBytes")!.ratio).toBeGreaterThan(1);
  });

  test("leaves time out when a rank has no completed run", () => {
    const { secondsPerTrial: _, ...costs } = rows[0]!.costs!;
    const unfinished: RankRow = { ...rows[0]!, costs };
    const [found] = costsBeside([unfinished, ...rows.slice(1)], unfinished);
    expect(found!.savings.map(({ cost }) => cost)).toEqual(["adapterBytes", "optimizerBytes"]);
  });
});
