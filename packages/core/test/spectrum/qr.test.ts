import { describe, expect, test } from "vitest";
import { householderQr } from "../../src/spectrum/factors.ts";
import { type Columns, zeroColumns } from "../../src/spectrum/jacobi.ts";
import { departureFromOrthonormal, randomColumns } from "./matrices.ts";

const largestDifference = (x: Columns, y: Columns) =>
  Math.max(...x.flatMap((column, j) => Array.from(column, (value, i) => Math.abs(value - y[j]![i]!))));

function identity(size: number): Float64Array[] {
  const columns = zeroColumns(size, size);
  for (const [j, column] of columns.entries()) column[j] = 1;
  return columns;
}

describe("householderQr", () => {
  test.each([
    ["tall", randomColumns(9, 4, 1)],
    ["square", randomColumns(5, 5, 2)],
    ["wide", randomColumns(3, 7, 3)],
    ["one column", randomColumns(6, 1, 4)],
    ["one row", randomColumns(1, 3, 5)],
    ["a zero column", [...randomColumns(6, 2, 6), new Float64Array(6), ...randomColumns(6, 1, 7)]],
    ["a column twice", [...randomColumns(6, 2, 8), ...randomColumns(6, 2, 8)]],
    ["all zero", zeroColumns(3, 5)],
  ])("%s: Q R is the matrix, Q is orthonormal, R is upper triangular", (_, x) => {
    const { r, timesQ } = householderQr(x.map((column) => column.slice()));
    expect(largestDifference(timesQ(r as Float64Array[]), x)).toBeLessThan(1e-14);
    const q = timesQ(identity(Math.min(x[0]!.length, x.length)));
    expect(departureFromOrthonormal(q)).toBeLessThan(1e-14);
    for (const [j, column] of r.entries())
      expect(column.slice(j + 1).every((value) => value === 0)).toBe(true);
  });

  test("stays orthonormal where columns are nearly parallel, as Gram-Schmidt would not", () => {
    // Läuchli: rows 1 1 1 over a diagonal of 1e-9, whose squares vanish beside 1
    const x = [0, 1, 2].map((j) =>
      Float64Array.from({ length: 4 }, (_, i) => (i === 0 ? 1 : i === j + 1 ? 1e-9 : 0)),
    );
    const { timesQ } = householderQr(x);
    expect(departureFromOrthonormal(timesQ(identity(3)))).toBeLessThan(1e-15);
  });
});
