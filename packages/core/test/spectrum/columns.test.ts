import { expect, test } from "vitest";
import { dot, timesTransposed, transposed, zeroColumns } from "../../src/spectrum/jacobi.ts";

const columns = (...values: number[][]) => values.map((column) => Float64Array.from(column));

test("a product with a transposed matrix, by hand", () => {
  // [1 2; 3 4] [5 6; 7 8; 9 10]ᵀ = [17 23 29; 39 53 67]
  expect(timesTransposed(columns([1, 3], [2, 4]), columns([5, 7, 9], [6, 8, 10]))).toEqual(
    columns([17, 39], [23, 53], [29, 67]),
  );
});

test("transposing turns columns into rows, and twice gives the matrix back", () => {
  const x = columns([1, 2, 3], [4, 5, 6]);
  expect(transposed(x)).toEqual(columns([1, 4], [2, 5], [3, 6]));
  expect(transposed(transposed(x))).toEqual(x);
});

test("a dot product starts where it is told", () => {
  const [x, y] = columns([1, 2, 3], [4, 5, 6]);
  expect([dot(x!, y!), dot(x!, y!, 1), dot(x!, y!, 3)]).toEqual([32, 28, 0]);
});

test("zero columns are of their own", () => {
  const [x, y] = zeroColumns(2, 3);
  x![0] = 1;
  expect(y).toEqual(new Float64Array(3));
});
