import { expect, test } from "vitest";
import { pickColumn, usualColumn } from "../../src/data/columns.ts";

const columns = ["metrics.eval/Eval-Acc", " text", "TEXT", "Label", "label"];

test("a requested column is found in any case if it is the only one, a usual one if it is the first", () => {
  expect(pickColumn(columns, "Label", [])).toEqual({ name: "Label", guessed: false });
  expect(pickColumn(columns, "LABEL", [])).toEqual({ name: undefined, guessed: false });
  expect(usualColumn(columns, "text")).toBe(" text");
  expect(pickColumn(columns, undefined, ["prompt", "label"])).toEqual({ name: "label", guessed: true });
});
