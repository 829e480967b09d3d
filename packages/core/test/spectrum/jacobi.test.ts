import { describe, expect, test } from "vitest";
import { type Columns, jacobiSvd, timesTransposed, zeroColumns } from "../../src/spectrum/jacobi.ts";
import { departureFromOrthonormal, randomColumns } from "./matrices.ts";

const copy = (x: Columns) => x.map((column) => column.slice());
const hilbert = (size: number) =>
  Array.from({ length: size }, (_, j) => Float64Array.from({ length: size }, (_, i) => 1 / (i + j + 1)));

describe("jacobiSvd", () => {
  test.each([
    ["square", randomColumns(6, 6, 1)],
    ["tall", randomColumns(9, 4, 2)],
    ["wide", randomColumns(4, 9, 3)],
    ["one element", [Float64Array.of(-3)]],
    ["a column twice", [...randomColumns(6, 2, 4), ...randomColumns(6, 2, 4)]],
    ["zero", zeroColumns(3, 3)],
    ["repeated values", [Float64Array.of(0, 2, 0), Float64Array.of(2, 0, 0), Float64Array.of(0, 0, 2)]],
    ["Hilbert", hilbert(8)],
  ])("%s: U Σ Vᵀ is the matrix, U and V are orthonormal, σ descends", (_, x) => {
    const { u, sigma, v } = jacobiSvd(copy(x));
    const product = timesTransposed(
      u.map((column, j) => column.map((value) => value * sigma[j]!)),
      v,
    );
    for (const [j, column] of product.entries())
      for (const [i, value] of column.entries()) expect(value).toBeCloseTo(x[j]![i]!, 13);
    const used = sigma.filter((value) => value > 1e-14 * sigma[0]!).length;
    expect(departureFromOrthonormal(u.slice(0, used))).toBeLessThan(1e-13);
    expect(departureFromOrthonormal(v)).toBeLessThan(1e-13);
    expect(sigma).toHaveLength(Math.min(x.length, x[0]!.length));
    expect([...sigma]).toEqual([...sigma].toSorted((a, b) => b - a));
  });

  test("[3 0; 4 5] has the singular values 3√5 and √5", () => {
    const { sigma } = jacobiSvd([Float64Array.of(3, 4), Float64Array.of(0, 5)]);
    expect(sigma[0]).toBeCloseTo(3 * Math.sqrt(5), 14);
    expect(sigma[1]).toBeCloseTo(Math.sqrt(5), 14);
  });

  test("finds a value far below the rounding of the largest, where the scale is in the columns", () => {
    // orthogonal columns of length √2 times 1 and times 1e-40: squares beside each other would lose the second
    const { sigma } = jacobiSvd([Float64Array.of(1, 1), Float64Array.of(1e-40, -1e-40)]);
    expect(sigma[1]! / (Math.SQRT2 * 1e-40)).toBeCloseTo(1, 14);
  });
});
