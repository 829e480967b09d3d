import { describe, expect, test } from "vitest";
import { lawOfThree, type Point, powerLaw } from "../../plot/laws.ts";

describe("powerLaw", () => {
  test("finds the law that made the points", () => {
    const points = [1, 3, 10].map((x): Point => [x, 2 * x ** 1.5]);
    const { factor, exponent, least, most } = powerLaw(points);
    expect(factor).toBeCloseTo(2, 10);
    expect(exponent).toBeCloseTo(1.5, 10);
    expect([least, most].map((ratio) => ratio.toFixed(6))).toEqual(["1.000000", "1.000000"]);
  });
});

describe("lawOfThree", () => {
  const at = (law: (x: number) => number) =>
    [250, 500, 1000].map((x): Point => [x, law(x)]) as [Point, Point, Point];
  test("parts what is fixed from what grows", () => {
    const law = lawOfThree(at((x) => 3 + 0.01 * x ** 1.2))!;
    expect(law.exponent).toBeCloseTo(1.2, 10);
    expect(law.factor).toBeCloseTo(0.01, 10);
    expect(law.fixed).toBeCloseTo(3, 10);
  });
  test("a start of three seconds does not make a square look linear", () => {
    expect(lawOfThree(at((x) => 3 + x * x))!.exponent).toBeCloseTo(2, 10);
  });
  test("is undefined where nothing grows", () => {
    expect(lawOfThree(at(() => 3))).toBeUndefined();
  });
  test("refuses sizes that do not double", () => {
    expect(() =>
      lawOfThree([
        [1, 1],
        [2, 2],
        [3, 3],
      ]),
    ).toThrow("x must double from point to point, got 1, 2, 3");
  });
});
