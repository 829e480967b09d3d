import { expect, test } from "vitest";
import { csvOf } from "../../src/commands/judge/judge.ts";

test.each([
  ["=1+1", "'=1+1"],
  ['=HYPERLINK("x")', `"'=HYPERLINK(""x"")"`],
  ["+cmd|' /C calc'!A0", "'+cmd|' /C calc'!A0"],
  ["-a", "'-a"],
  ["@SUM(A1)", "'@SUM(A1)"],
  ["\t=1", "'\t=1"],
  ["\r=1", `"'\r=1"`],
  ["-1.5e3", "-1.5e3"],
  ["+7", "+7"],
  ["a=1", "a=1"],
  [" =1", '" =1"'],
  ["a,b", '"a,b"'],
])("the cell %j is written so that no spreadsheet computes it", (example, cell) => {
  expect(csvOf([{ rank: 4, example, correct: 0.5 }])).toBe(`rank,example,correct\n4,${cell},0.5\n`);
});
