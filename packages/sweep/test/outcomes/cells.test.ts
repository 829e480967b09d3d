import { expect, test } from "vitest";
import { outcomeCells } from "../../src/outcomes/cells.ts";

const columns = { rank: 3, seed: 2, example: 1, correct: 0, logLoss: 4 };

/** The fields of a row with these cells: correct, example, seed, rank, log loss. */
function fields(cells: readonly unknown[], decimalComma = false) {
  const { correct, example, seed, rank, logLoss, label } = outcomeCells(
    columns,
    (place) => cells[place],
    decimalComma,
  );
  expect(label).toBeUndefined(); // it has no column
  return [correct, example, seed, rank, logLoss];
}

test("numbers, words and shares in percent are read, and an example stays a name", () => {
  expect(fields(["yes", "007", "1", "8", "2.5e-1"])).toEqual([1, "007", 1, 8, 0.25]);
  expect(fields(["12.5%", "e", "-1", "+8", ".5"])).toEqual([0.125, "e", -1, 8, 0.5]);
});

test("a word or a percentage means a share alone", () => {
  expect(fields(["no", "yes", "yes", "8%", "50%"])).toEqual([0, "yes", "yes", "8%", "50%"]);
});

test("what is no number stays as it was found", () => {
  expect(fields(["130%", "e", "0x1", "", "Infinity"])).toEqual(["130%", "e", "0x1", "", "Infinity"]);
  expect(fields(["1 of 2", null, [1], { r: 8 }, true])).toEqual(["1 of 2", null, [1], { r: 8 }, true]);
});

test("JSON's true and false are shares", () => {
  expect(fields([true, 1, 2, 8, 0.5])).toEqual([1, 1, 2, 8, 0.5]);
  expect(fields([false, 1, 2, 8, 0.5])[0]).toBe(0);
});

test("a decimal comma is one where it is asked for, and only the first", () => {
  expect(fields(["0,5", "1,5", "1", "8", "1,25"], true)).toEqual([0.5, "1,5", 1, 8, 1.25]);
  expect(fields(["37,5 %", "e", "1", "8", "1,000,5"], true)).toEqual([0.375, "e", 1, 8, "1,000,5"]);
  expect(fields(["0,5", "e", "1", "8", "1,25"])).toEqual(["0,5", "e", 1, 8, "1,25"]);
});
