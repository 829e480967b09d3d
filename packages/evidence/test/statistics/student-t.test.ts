import { describe, expect, test } from "vitest";
import { quantileOfUpperTail, upperTail } from "../../src/statistics/student-t.ts";

describe("upperTail", () => {
  // scipy 1.17.1, scipy.stats.t.cdf
  test.each([
    [1, 1, 1 - 0.75],
    [2.5, 3, 1 - 0.9561466764959672],
    [4, 2.7, 0.016993079862088395],
    [50, 2, 1 - 0.9998001199200559],
  ])("at t = %d with %d degrees of freedom agrees with scipy", (t, df, expected) => {
    expect(upperTail(t, df)).toBeCloseTo(expected, 13);
  });
});

describe("quantileOfUpperTail", () => {
  // The printed table of every textbook, to its three places.
  test.each([
    [0.975, 1, 12.706],
    [0.975, 2, 4.303],
    [0.975, 4, 2.776],
    [0.95, 10, 1.812],
    [0.995, 30, 2.75],
    [0.975, 120, 1.98],
  ])("at %d with %d degrees of freedom is the table's", (probability, df, expected) => {
    expect(quantileOfUpperTail(1 - probability, df)).toBeCloseTo(expected, 3);
  });

  // scipy 1.17.1, scipy.stats.t.ppf; the last three beyond 1,000, where a series takes over
  test.each([
    [0.9958333333333333, 2, 10.885866619163108],
    [0.975, 2.5, 3.5746548420036817],
    [0.975, 999, 1.9623414611334493],
    [0.975, 1001, 1.9623367052808798],
    [0.975, 2000, 1.9611508260994377],
    [0.999999, 1500, 4.772181545523933],
  ])("at %d with %d degrees of freedom agrees with scipy", (probability, df, expected) => {
    expect(quantileOfUpperTail(1 - probability, df) / expected).toBeCloseTo(1, 10);
  });

  test("with one degree of freedom is Cauchy's tangent", () => {
    for (const probability of [0.6, 0.9, 0.999]) {
      expect(quantileOfUpperTail(1 - probability, 1)).toBeCloseTo(Math.tan(Math.PI * (probability - 0.5)), 8);
    }
  });

  test("undoes the tail from half a degree of freedom to a thousand", () => {
    for (const df of [0.5, 1, 2, 3, 7, 30, 199, 1000]) {
      for (const tail of [0.4999, 0.3, 0.025, 1e-4, 1e-8]) {
        expect(upperTail(quantileOfUpperTail(tail, df), df) / tail).toBeCloseTo(1, 9);
      }
    }
  });

  test("is 0 at one half", () => {
    expect(quantileOfUpperTail(0.5, 5)).toBeCloseTo(0, 15);
  });
});
