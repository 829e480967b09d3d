import { expect, test } from "vitest";
import { dynamicLevels } from "../src/index.ts";

test("the dynamic code has 256 different levels in order, from -0.993 to 1, with a zero", () => {
  const levels = [...dynamicLevels()];
  expect(new Set(levels).size).toBe(256);
  expect(levels).toEqual([...levels].sort((a, b) => a - b));
  expect(levels[0]).toBeCloseTo(-0.99296875, 7); // -(1 - 0.9 / 64 / 2)
  expect(levels[255]).toBe(1);
  expect(levels[127]).toBe(0);
});

test("but for 1, every level has its negative", () => {
  const levels = [...dynamicLevels()].slice(0, 255);
  expect(levels.map((level) => -level + 0).reverse()).toEqual(levels);
});

test("is a copy, so that a caller cannot spoil the quantiser", () => {
  dynamicLevels().fill(0);
  expect(dynamicLevels()[255]).toBe(1);
});
