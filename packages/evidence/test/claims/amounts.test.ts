import { describe, expect, test } from "vitest";
import {
  apart,
  boundInUnit,
  inUnit,
  percent,
  rankList,
  roughly,
  scored,
  sideOf,
  times,
  withError,
} from "../../src/claims/amounts.ts";

describe("words", () => {
  test("amounts are exact: points for accuracy, nats for log loss", () => {
    expect(inUnit(0.01, "accuracy")).toBe("1 point");
    expect(inUnit(0.0125, "accuracy")).toBe("1.25 points");
    expect(inUnit(0.02, "log-loss")).toBe("0.02 nats");
  });

  test("bounds are rounded up, but not for rounding errors of the machine", () => {
    expect(boundInUnit(0.00712, "accuracy")).toBe("0.8 points");
    expect(boundInUnit(0.01 + 1e-12, "accuracy")).toBe("1 point");
    expect(boundInUnit(0.1234, "log-loss")).toBe("0.13 nats");
  });

  test("differences show the digits that the error leaves", () => {
    expect(withError(0.002, 0.003, "accuracy")).toBe("0.2 ± 0.3 points");
    expect(withError(0.1234, 0.0511, "accuracy")).toBe("12.3 ± 5.1 points");
    expect(withError(0.00012, 0.00034, "accuracy")).toBe("0.01 ± 0.03 points");
    expect(withError(0.0137, 0.0571, "log-loss")).toBe("0.014 ± 0.057 nats");
    expect(withError(0.0978, 4e-17, "log-loss")).toBe("0.098 ± 0.000 nats");
    expect(withError(0, 0, "accuracy")).toBe("0.0 ± 0.0 points");
  });

  test("differences show as many digits as tell them from their error", () => {
    expect(withError(0.0052, 0.0048, "accuracy")).toBe("0.52 ± 0.48 points");
    expect(withError(-0.00501, 0.00499, "accuracy")).toBe("-0.501 ± 0.499 points");
    expect(withError(0.005, 0.005, "accuracy")).toBe("0.5 ± 0.5 points");
  });

  test("what is better stands above, of log loss it is called better", () => {
    expect([sideOf(0.1, "accuracy"), sideOf(-0.1, "accuracy")]).toEqual(["above", "below"]);
    expect([sideOf(0.1, "log-loss"), sideOf(-0.1, "log-loss")]).toEqual(["better than", "worse than"]);
  });

  test("a distance is above or below, or, where there is none, from", () => {
    expect(apart(-0.004, [-0.014, 0.006], "accuracy")).toBe("0.4 ± 1.0 points below");
    expect(apart(0.05, [0.02, 0.08], "log-loss")).toBe("0.050 ± 0.030 nats better than");
    expect(apart(0, [-0.006, 0.006], "accuracy")).toBe("0.0 ± 0.6 points from");
  });

  test("lists and ratios read as in a sentence", () => {
    expect([rankList([4]), rankList([1, 4, 16])]).toEqual(["rank 4", "ranks 1, 4 and 16"]);
    expect([times(8), times(1.5), times(64 / 3)]).toEqual(["8×", "1.5×", "21×"]);
  });

  test("shares are in percent without trailing zeros, scores with their interval, rough amounts in two digits", () => {
    expect([0.95, 0.995, 1 - 0.95, 0.06].map(percent)).toEqual(["95%", "99.5%", "5%", "6%"]);
    expect(scored(0.939, [0.921, 0.956], "accuracy")).toBe("93.9% [92.1–95.6%]");
    expect(scored(0.181, [0.15, 0.2121], "log-loss")).toBe("0.181 [0.150–0.212]");
    expect([roughly(0.00213, "accuracy"), roughly(0.0123, "log-loss")]).toEqual([
      "0.21 points",
      "0.012 nats",
    ]);
  });

  test("long lists have their first items and a count", () => {
    const upTo = (count: number) => Array.from({ length: count }, (_, index) => index + 1);
    expect(rankList(upTo(24))).toMatch(/^ranks 1, 2, .*, 22, 23 and 24$/);
    expect(rankList(upTo(200))).toBe("ranks 1, 2, 3, 4, 5, 6 and 194 more");
  });
});
