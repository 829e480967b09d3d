import { describe, expect, test } from "vitest";
import { normalCdf, normalDensity, normalQuantile } from "../../src/statistics/normal.ts";

describe("normalCdf", () => {
  // scipy 1.17.1, scipy.stats.norm.cdf
  test.each([
    [-8, 6.22096057427174e-16],
    [-3, 0.0013498980316300933],
    [-1, 0.15865525393145707],
    [0.5, 0.6914624612740131],
    [2.4, 0.9918024640754038],
    [2.6, 0.9953388119762813],
    [5, 0.9999997133484281],
  ])("at %d agrees with scipy to 12 digits, in the tail too", (z, expected) => {
    expect(normalCdf(z) / expected).toBeCloseTo(1, 12);
  });

  test("has the density as its slope where series and fraction meet", () => {
    const slope = (normalCdf(2.5 + 1e-5) - normalCdf(2.5 - 1e-5)) / 2e-5;
    expect(slope / normalDensity(2.5)).toBeCloseTo(1, 7);
  });
});

describe("normalQuantile", () => {
  // Published to five places in every table; digits from scipy 1.17.1, scipy.stats.norm.ppf
  test.each([
    [0.975, 1.959963984540054],
    [0.95, 1.6448536269514722],
    [0.995, 2.5758293035489004],
    [0.3, -0.5244005127080409],
    [0.001, -3.090232306167813],
    [1e-10, -6.361340902404056],
  ])("of %d agrees with scipy", (probability, expected) => {
    expect(normalQuantile(probability)).toBeCloseTo(expected, 12);
  });

  test.each([1e-300, 1e-12, 0.02, 0.024251, 0.5])("undoes normalCdf at %d", (probability) => {
    expect(normalCdf(normalQuantile(probability)) / probability).toBeCloseTo(1, 11);
  });

  test("is infinite at 0 and 1", () => {
    expect([normalQuantile(0), normalQuantile(1)]).toEqual([-Infinity, Infinity]);
  });
});
