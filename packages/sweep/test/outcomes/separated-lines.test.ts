import { describe, expect, test } from "vitest";
import { cellsOf, separatedLines } from "../../src/outcomes/separated-lines.ts";
import { collectedRows } from "../helpers/collected-rows.ts";

/** Reads lines below a header as if it were line 1. */
function read(header: string, lines: readonly string[], separator?: string) {
  const { rows, ...got } = collectedRows();
  const reader = separatedLines(header, rows, separator);
  lines.forEach((line, i) => void reader.line(line, i + 2));
  reader.end();
  return got;
}

const header = "rank,seed,example,correct";

describe("the cells of a record", () => {
  test.each([
    ["a, b ,,c", ["a", "b", "", "c"]],
    ['"a,b", "c ""d""" ,', ["a,b", 'c "d"', ""]],
    ['"", " x "', ["", " x "]],
    ['"a\nb",c', ["a\nb", "c"]],
    ['a"b', undefined],
    ['"a"b,c', undefined],
    ['a "b",c', undefined],
  ])("of %j are %j", (record, cells) => {
    expect(cellsOf(record, ",")).toEqual(cells);
  });
});

describe("the separator", () => {
  test("is the one that gives the header the most of our columns, then the most columns", () => {
    expect(read("a,b,c,d,e,f;rank;seed;example;correct", ["n;4;1;e;1"]).added[2]).toMatchObject({ rank: 4 });
    expect(() => read("a,b;c;d", [])).toThrow("got a,b, c, d");
  });

  test("that is named is taken, and only a semicolon leaves the comma to decimals", () => {
    const piped = read("rank|seed|example|correct", ["4|1|e|0,5"], "|");
    expect(piped.added[2]).toMatchObject({ rank: 4, correct: "0,5" });
    expect(read("rank;seed;example;correct", ["4;1;e,f;0,5"]).added[2]).toMatchObject({
      example: "e,f",
      correct: 0.5,
    });
  });
});

describe("rows", () => {
  test("have the number of the line that they begin in", () => {
    const { added, rejected } = read(`${header},text`, ['4,1,a,1,"two', "", 'lines"', "4,1,b,0,", "4,1,c"]);
    expect(Object.keys(added)).toEqual(["2", "5"]);
    expect(added[5]).toMatchObject({ example: "b", correct: 0 });
    expect(rejected).toEqual({ 6: "must have 5 cells as the header, got 3" });
  });

  test("may be padded with empty cells, not with others, and are none where all cells are empty", () => {
    const { added, rejected } = read(header, ["4,1,a,1,,", "4,1,b,1,,x", ",,,", "  "]);
    expect(Object.keys(added)).toEqual(["2"]);
    expect(rejected).toEqual({ 3: "must have 4 cells as the header, got 6" });
  });

  test("with a quotation mark in the middle of a cell are rejected, and the next is read", () => {
    const { added, rejected } = read(header, ['4,1,e"1",1', "4,1,b,1"]);
    expect(rejected).toEqual({ 2: "a quotation mark must stand around a whole cell" });
    expect(Object.keys(added)).toEqual(["3"]);
  });
});

test("a quotation mark that nothing closes is an error with the line that it stands in", () => {
  const message = "a.csv, line 3: a quotation mark must be closed, got no other one";
  expect(() => read(header, ["4,1,a,1", '4,1,"b,1', "4,1,c,1"])).toThrow(
    expect.objectContaining({ code: "E_DATA", message }),
  );
  const { rows } = collectedRows();
  const reader = separatedLines(header, rows);
  reader.line('4,1,"b,1', 3);
  expect(() => reader.line("x".repeat(2 ** 20), 4)).toThrow(message); // before the end of the file
});

test("a header that lacks columns is an error at once", () => {
  expect(() => read("rank,seed,id,correct", [])).toThrow(expect.objectContaining({ code: "E_COLUMN" }));
});
