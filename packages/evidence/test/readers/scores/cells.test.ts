import { expect, test } from "vitest";
import { hasPercentSign, readCell } from "../../../src/columns/cells.ts";
import { columns, measured } from "../../../src/columns/columns.ts";
import { CellChecks } from "../../../src/readers/scores/runs-of-table.ts";

test.each([
  [0.5, 0.5],
  ["0.5", 0.5],
  ["0,5", 0.5],
  [" 50 % ", 0.5],
  ["1e-3", 0.001],
  [7n, 7],
  ["5 points", undefined],
  [Number.NaN, undefined],
  [true, undefined],
])("the number in %s is %s", (cell, number) => {
  const value = readCell.measured(cell, true);
  expect(measured.holds(value) ? value : undefined).toBe(number);
});

test("a percentage is known by its sign", () => {
  expect(["0.9%", "84 % ", "84", 84].map(hasPercentSign)).toEqual([true, true, false, false]);
});

test("bad cells are named together, empty ones are none", () => {
  const cells = new CellChecks("t.csv");
  const rankIn = (number: number, cell: unknown) =>
    cells.number({ number, values: new Map([["rank", cell]]) }, "rank", columns.rank);
  expect(rankIn(2, "r8")).toBe(8);
  expect(rankIn(3, "NaN")).toBeUndefined();
  cells.throwIfAny();
  rankIn(4, "8.5");
  rankIn(5, "high");
  expect(() => cells.throwIfAny()).toThrow(
    't.csv has 2 problems:\n  row 4: rank must be a whole number of at least 0, got 8.5\n  row 5: rank must be a whole number of at least 0, got "high"',
  );
});

test("runs that are left out are counted by reason", () => {
  const cells = new CellChecks("t.csv");
  for (const why of ["crashed", "without a score", "crashed"]) cells.leaveOut(why);
  expect(cells.leftOut()).toEqual(["Left out 2 runs: crashed.", "Left out 1 run: without a score."]);
});
