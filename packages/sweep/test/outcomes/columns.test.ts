import { expect, test } from "vitest";
import { assertColumns, countFields, findColumns } from "../../src/outcomes/columns.ts";

const place = { source: "a.csv", required: ["rank", "example"] } as const;

test("finds fields in any order, without regard to case and to spaces around a name", () => {
  const names = ["text", " LOGLOSS ", "Example", "rank", "correct"];
  expect(findColumns(names, "a.csv")).toEqual({ logLoss: 1, example: 2, rank: 3, correct: 4 });
});

test("a name in the very case wins, and one of two others is not chosen", () => {
  expect(findColumns(["Rank", "rank", "RANK"], "a.csv")).toEqual({ rank: 1 });
  expect(() => findColumns(["Rank", "rank ", "rank"], "a.csv")).toThrow('got "rank " and "rank"');
  expect(() => findColumns(["Rank", "seed", "RANK"], "a.csv")).toThrow(
    expect.objectContaining({
      code: "E_COLUMN",
      message: 'a.csv must have one column rank, got "Rank" and "RANK"',
    }),
  );
});

test("only what is required can be missing, and all of it is named", () => {
  const assert = (names: string[]) => assertColumns(findColumns(names, "a.csv"), names, place);
  expect(() => assert(["rank", "example"])).not.toThrow();
  expect(() => assert([" id ", "seed"])).toThrow(
    expect.objectContaining({
      code: "E_COLUMN",
      message: "a.csv must have the columns rank, example; rank, example missing, got id, seed",
    }),
  );
  expect(() => assert([])).toThrow("got none");
});

test("of a header without end, a message has the beginning", () => {
  const names = Array.from({ length: 1000 }, (_, i) => `column${i}`);
  expect(() => assertColumns({}, names, place)).toThrow(/got column0, .{185,195}…$/);
});

test("counts fields, a field that two columns could be as one", () => {
  expect(countFields(["Rank", "RANK", "label", "text"])).toBe(2);
  expect(countFields(["rank;seed;example"])).toBe(0);
});
