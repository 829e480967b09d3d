import { describe, expect, test } from "vitest";
import { type RankRow, rankRows } from "../../src/data/rank-rows.ts";
import { savings } from "../../src/data/savings.ts";
import { adequate } from "../fixtures/scenes.ts";

const rows = rankRows(adequate());
const plain = (text: string) => text.replaceAll("\u202f", " ");

describe("savings", () => {
  test("compares with the largest rank that has a run", () => {
    // 8 bytes * (41,472 * 8 + 768) = 2,660,352 against 8 * (41,472 * 32 + 768) = 10,622,976
    const [, optimizer] = savings(rows, rows[2]);
    expect(optimizer?.ratio).toBe("4× smaller");
    expect(plain(optimizer?.detail ?? "")).toBe("2.66 MB instead of 10.6 MB");
  });
  test("does not call a few percent of time a saving", () => {
    expect(savings(rows, rows[3]).find((saving) => saving.what === "time of one run")?.ratio).toBe(
      "no saving",
    );
  });
  test("the largest rank saves nothing", () => {
    expect(savings(rows, rows.at(-1))).toEqual([]);
    expect(savings(rows, undefined)).toEqual([]);
  });
  test("leaves time out when a rank has no completed run", () => {
    const { seconds: _, ...cost } = rows[0]!.cost!;
    const unfinished: RankRow = { ...rows[0]!, cost };
    expect(savings([unfinished, ...rows.slice(1)], unfinished).map((saving) => saving.what)).toEqual([
      "adapter file",
      "optimiser state",
    ]);
  });
});
