import { expect, test } from "vitest";
import { strftime } from "../../src/tokenizer/chat.ts";

const date = new Date(2025, 2, 1, 15, 4, 9); // a Saturday

test.each([
  ["%d %b %Y", "01 Mar 2025"],
  ["%A, %B %-d, %Y", "Saturday, March 1, 2025"],
  ["%y-%m-%e %a %I:%M:%S %p %H %%", "25-03- 1 Sat 03:04:09 PM 15 %"],
  ["%Q stays", "%Q stays"],
])("%s gives what Python gives", (format, text) => {
  expect(strftime(date, format)).toBe(text);
});
