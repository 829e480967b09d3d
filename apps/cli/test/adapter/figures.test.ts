import { expect, test } from "vitest";
import { figure, rangeText, visiblePercent } from "../../src/adapter/spectra.ts";

test.each([
  [0, "0"],
  [16, "16"],
  [1.7649, "1.76"],
  [0.012345, "0.0123"],
  [1234.5, "1235"],
  [0.00012, "1.20e-4"],
  [1_234_567, "1.23e+6"],
])("%d is written %s", (value, text) => {
  expect(figure(value)).toBe(text);
});

test("a range has both ends, or one where they look alike", () => {
  expect(rangeText([1.2, 3.4])).toBe("1.2–3.4");
  expect(rangeText([2.0001, 2.0002])).toBe("2");
});

test("a tiny loss does not look like none", () => {
  expect([0, 1e-9, 0.1234, 1].map(visiblePercent)).toEqual(["0 %", "<0.1 %", "12.3 %", "100.0 %"]);
});
