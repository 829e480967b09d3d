import { expect, test, vi } from "vitest";
import { rowsOfText } from "../../src/data/table-file.ts";

vi.mock("csv-parse/sync", () => ({
  parse: (_: string, { to }: { readonly to?: number }) => {
    if (to === undefined) throw new RangeError("Invalid array length");
    return [["text", "label"]];
  },
}));

test("more rows than an array or the memory has room for are no fault in the text", () => {
  expect(() => rowsOfText("a.csv", "separated", new TextEncoder().encode("text,label\n"), {})).toThrow(
    /^a\.csv must have fewer rows, got more than there is memory for\nLeave rows out/,
  );
});
