import { expect, test } from "vitest";
import { quantileOfUpperTail } from "../../src/statistics/student-t.ts";
import { studentizedRangeQuantile } from "../../src/statistics/studentized-range.ts";

// By scipy 1.17.1, stats.studentized_range.isf(tail, count, df).
test.each([
  [0.05, 3, 10, 3.876776750013158],
  [0.05, 4, 4, 5.757060383399763],
  [0.05, 6, 2, 11.73429691131964],
  [0.0354, 4, 3.2, 7.38877354342905],
  [0.01, 10, 20, 6.086475660584955],
  [0.0289, 6, 2.1, 14.541807284384083],
  [0.05, 3, 1, 26.97552986950002],
  [0.035, 4, 120, 3.8782972693603592],
])("tail %d of %d values with %d degrees of freedom, as scipy has it", (tail, count, df, expected) => {
  expect(studentizedRangeQuantile(tail, count, df) / expected).toBeCloseTo(1, 3);
});

test.each([1, 2, 3.5, 20])("of two values it is Student's t times √2, with %d degrees of freedom", (df) => {
  const t = quantileOfUpperTail(0.025, df);
  expect(studentizedRangeQuantile(0.05, 2, df) / (t * Math.SQRT2)).toBeCloseTo(1, 3);
});
