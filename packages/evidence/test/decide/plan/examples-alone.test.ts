import { describe, expect, test } from "vitest";
import { differenceOfExamples, examplesForMargin } from "../../../src/decide/plan/preview.ts";

// Paired non-inferiority, margin one point, 5 % one-sided, power 0.8: (1.645 + 0.842)² · disagreement / 0.01².
const anchors = [
  [0.02, 1237],
  [0.05, 3092],
  [0.1, 6183],
] as const;

describe.each(anchors)("a disagreement of %d", (variance, examples) => {
  const question = { variance, tail: 0.05, power: 0.8 };

  test("needs the textbook's %d examples for one point", () => {
    expect(examplesForMargin(question, 0.01)).toBe(examples);
  });

  test("shows one point on as many", () => {
    expect(differenceOfExamples(question, examples)).toBeCloseTo(0.01, 5);
  });
});

test("usual development sets of 400 to 900 examples cannot certify one point, whatever the disagreement assumed", () => {
  for (const [variance] of anchors)
    expect(differenceOfExamples({ variance, tail: 0.05, power: 0.8 }, 900)).toBeGreaterThan(0.01);
});
