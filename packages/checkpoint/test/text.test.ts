import { printable } from "@lorank/core";
import { expect, test } from "vitest";
import { listed, quoted, shown } from "../src/text.ts";

test("control, bidi and line separator characters are spelled out", () => {
  expect(printable("a\u001b[31m\u202eb\u2028\n")).toBe("a\\u{1b}[31m\\u{202e}b\\u{2028}\\u{a}");
  expect(printable("größe 𝐀")).toBe("größe 𝐀");
});

test("a long name is cut", () => {
  expect(quoted("x".repeat(1000))).toBe(`"${"x".repeat(120)}…"`);
});

test("a value is shown as JSON, and nothing as nothing", () => {
  expect([shown("a"), shown([1, 2]), shown(null), shown(undefined)]).toEqual([
    '"a"',
    "[1,2]",
    "null",
    "nothing",
  ]);
});

test("of many problems eight are listed and the others counted", () => {
  const problems = Array.from({ length: 11 }, (_, i) => `problem ${i}`);
  expect(listed(problems).split("\n")).toEqual([...problems.slice(0, 8), "and 3 more"]);
  expect(listed(problems.slice(0, 8)).split("\n")).toHaveLength(8);
});
