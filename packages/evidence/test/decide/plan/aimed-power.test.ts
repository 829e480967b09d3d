import { describe, expect, test } from "vitest";
import { aimedPower, powerAgainstEach } from "../../../src/decide/plan/aimed-power.ts";

describe("powerAgainstEach", () => {
  test("is the power itself where there is one rival", () => {
    expect(powerAgainstEach(0.8, 1, 3)).toBe(0.8);
    expect(powerAgainstEach(0.8, 1, 10)).toBe(0.8);
  });

  test("takes the certificates of a few seeds for independent", () => {
    expect(powerAgainstEach(0.8, 3, 4) ** 3).toBeCloseTo(0.8, 12);
  });

  test("lies between one certificate and independent ones for more seeds", () => {
    const each = powerAgainstEach(0.8, 3, 5);
    expect(each).toBeGreaterThan(0.8);
    expect(each).toBeLessThan(powerAgainstEach(0.8, 3, 4));
  });
});

test("aimedPower leaves a tenth less to chance", () => {
  expect(aimedPower(0.8)).toBeCloseTo(0.82, 12);
});
