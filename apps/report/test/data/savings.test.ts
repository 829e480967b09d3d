import { type RankRow, rankRows, savingsOf } from "@lorank/core/results";
import { describe, expect, test } from "vitest";
import { adequate } from "../fixtures/scenes.ts";

const rows = rankRows(adequate());

describe("savingsOf", () => {
  test("compares with the largest rank that has a run", () => {
    // 8 bytes * (41,472 * 8 + 768) = 2,660,352 against 8 * (41,472 * 32 + 768) = 10,622,976
    const [, optimizer] = savingsOf(rows, rows[2]);
    expect(optimizer).toEqual({
      cost: "optimizerBytes",
      small: 2_660_352,
      large: 10_622_976,
      ratio: expect.closeTo(3.993, 3),
    });
  });
  test("does not call a few percent of time a saving", () => {
    expect(savingsOf(rows, rows[3]).find(({ cost }) => cost === "secondsPerTrial")).not.toHaveProperty(
      "ratio",
    );
  });
  test("the largest rank saves nothing", () => {
    expect(savingsOf(rows, rows.at(-1))).toEqual([]);
    expect(savingsOf(rows, undefined)).toEqual([]);
  });
  test("leaves time out when a rank has no completed run", () => {
    const { secondsPerTrial: _, ...costs } = rows[0]!.costs!;
    const unfinished: RankRow = { ...rows[0]!, costs };
    expect(savingsOf([unfinished, ...rows.slice(1)], unfinished).map(({ cost }) => cost)).toEqual([
      "adapterBytes",
      "optimizerBytes",
    ]);
  });
});
