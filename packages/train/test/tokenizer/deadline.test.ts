import { expect, test } from "vitest";
import { withinDeadline } from "../../src/tokenizer/deadline.ts";

test("work that ends in time gives its value, one inside the other too", () => {
  expect(withinDeadline(10_000, () => withinDeadline(5_000, () => 7)?.value)).toEqual({ value: 7 });
  expect(withinDeadline(10_000, () => undefined)).toEqual({ value: undefined });
});
test("a regular expression and a loop that never end are stopped, and the next work runs", () => {
  expect(withinDeadline(50, () => /^(a+)+$/.test(`${"a".repeat(60)}b`))).toBeNull();
  expect(
    withinDeadline(50, () => {
      for (;;);
    }),
  ).toBeNull();
  expect(withinDeadline(10_000, () => 8)).toEqual({ value: 8 });
});
test("what the work throws is thrown", () => {
  expect(() =>
    withinDeadline(10_000, () => {
      throw new TypeError("as it is");
    }),
  ).toThrow(new TypeError("as it is"));
});
