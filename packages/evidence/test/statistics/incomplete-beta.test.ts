import { describe, expect, test } from "vitest";
import { incompleteBeta, logGamma } from "../../src/statistics/student-t.ts";

describe("logGamma", () => {
  // ln √π, ln 1, ln 49!, and scipy 1.17.1 (scipy.special.gammaln)
  test.each([
    [0.5, Math.log(Math.PI) / 2],
    [1, 0],
    [3.3, 0.9870985778947343],
    [50, 144.56574394634487],
    [500, 2605.115850361734],
  ])("of %d is known", (x, expected) => {
    expect(logGamma(x)).toBeCloseTo(expected, 11);
  });
});

describe("incompleteBeta", () => {
  // scipy 1.17.1, scipy.special.betainc
  test.each([
    [0.2, 1, 0.5, 0.10557280900008413],
    [0.9, 5, 0.5, 0.3166429150200122],
    [0.5, 2.5, 7, 0.9411087815173359],
    [0.999, 500, 0.5, 0.31731044730971725],
  ])("at x = %d with a = %d, b = %d agrees with scipy", (x, a, b, expected) => {
    expect(incompleteBeta(x, a, b)).toBeCloseTo(expected, 10);
  });

  test("is the binomial tail for whole a and b", () => {
    // P(at least 3 of 5 heads) with P(head) = 0.4: 10·0.4³·0.6² + 5·0.4⁴·0.6 + 0.4⁵
    expect(incompleteBeta(0.4, 3, 3)).toBeCloseTo(0.2304 + 0.0768 + 0.01024, 13);
  });

  test("is 0 and 1 at the ends", () => {
    expect([incompleteBeta(0, 2, 3), incompleteBeta(1, 2, 3)]).toEqual([0, 1]);
  });
});
