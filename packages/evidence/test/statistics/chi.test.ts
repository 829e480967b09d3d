import { describe, expect, test } from "vitest";
import { chiDensity } from "../../src/statistics/student-t.ts";

describe("chiDensity", () => {
  test.each([0.1, 1, 2.5])("with two degrees of freedom is Rayleigh's at %d", (x) => {
    expect(chiDensity(x, 2)).toBeCloseTo(x * Math.exp((-x * x) / 2), 13);
  });

  test.each([1, 2, 3, 11])("has the mean square %d with as many degrees of freedom", (df) => {
    let total = 0;
    let square = 0;
    for (let x = 0; x < 15; x += 0.001) {
      // The ends of the trapezoidal rule count half; only x = 0 matters.
      const weight = (x === 0 ? 0.5 : 1) * chiDensity(x, df) * 0.001;
      total += weight;
      square += x * x * weight;
    }
    expect(total).toBeCloseTo(1, 5);
    expect(square).toBeCloseTo(df, 5);
  });
});
