import { describe, expect, test } from "vitest";
import { cosineOfPi, integerPower, logOfUnit } from "../../src/random/portable-math.ts";

const fractions = Array.from({ length: 20_001 }, (_, i) => i / 20_000);

describe("logOfUnit", () => {
  test("agrees with Math.log to the last bits over the whole interval", () => {
    for (const x of fractions.slice(1)) {
      expect(Math.abs(logOfUnit(x) - Math.log(x))).toBeLessThanOrEqual(5e-16 * Math.max(1, -Math.log(x)));
    }
  });
  test("is exact at 1 and at the smallest square sum of the polar method", () => {
    expect(logOfUnit(1)).toBe(0);
    expect(logOfUnit(2 ** -63)).toBe(-63 * Math.LN2);
  });
});

describe("cosineOfPi", () => {
  test("agrees with Math.cos to the last bits over the whole interval", () => {
    for (const x of fractions)
      expect(Math.abs(cosineOfPi(x) - Math.cos(Math.PI * x))).toBeLessThanOrEqual(5e-16);
  });
  test("is exact where the cosine is a whole number", () => {
    expect([cosineOfPi(0), cosineOfPi(0.5), cosineOfPi(1)]).toEqual([1, 0, -1]);
  });
});

describe("integerPower", () => {
  test.each([
    [2, 0, 1],
    [3, 5, 243],
    [-2, 3, -8],
    [0.5, 10, 2 ** -10],
  ])("%d to the power %d is %d", (base, exponent, power) => {
    expect(integerPower(base, exponent)).toBe(power);
  });
  test("stays close to Math.pow over a long run of optimiser steps", () => {
    for (const steps of [1, 7, 1000, 123_457]) {
      expect(integerPower(0.999, steps) / 0.999 ** steps).toBeCloseTo(1, 10);
    }
  });
});
