import { expect, test } from "vitest";
import { CellReader, hasPercentSign, numberIn } from "../../../src/readers/scores/cells.ts";

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
  expect(numberIn(cell)).toBe(number);
});

test("a percentage is known by its sign", () => {
  expect(["0.9%", "84 % ", "84", 84].map(hasPercentSign)).toEqual([true, true, false, false]);
});

test("bad cells are named together, empty ones are none", () => {
  const cells = new CellReader("t.csv");
  const row = (number: number, cell: unknown) => ({ number, values: new Map([["rank", cell]]) });
  expect(cells.whole(row(2, "r8"), "rank", "rank")).toBe(8);
  expect(cells.number(row(3, "NaN"), "rank")).toBeUndefined();
  cells.throwIfAny();
  cells.whole(row(4, "8.5"), "rank");
  cells.number(row(5, "high"), "rank");
  expect(() => cells.throwIfAny()).toThrow(
    't.csv has 2 problems:\n  row 4: rank must be a whole number of at least 0, got 8.5\n  row 5: rank must be a number, got "high"',
  );
});

test("runs that are left out are counted by reason", () => {
  const cells = new CellReader("t.csv");
  for (const why of ["crashed", "without a score", "crashed"]) cells.leaveOut(why);
  expect(cells.leftOut()).toEqual(["Left out 2 runs: crashed.", "Left out 1 run: without a score."]);
});
