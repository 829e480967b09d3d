import { expect, test } from "vitest";
import { namedSeparator } from "../src/separators.ts";

test("Excel's first line names a separator, any other line none", () => {
  expect([";", "\t", "|"].map((one) => namedSeparator(`sep=${one}`))).toEqual([";", "\t", "|"]);
  expect(namedSeparator('"SEP=;"')).toBe(";");
  for (const line of ["sep=", "sep=;;", "rank,sep=;", "rank,seed,example,correct"])
    expect(namedSeparator(line)).toBeUndefined();
});
