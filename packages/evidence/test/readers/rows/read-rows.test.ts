import { describe, expect, test } from "vitest";
import { cellSplitter, jsonLines, separatedLines } from "../../../src/readers/rows/read-rows.ts";
import { collectedRows } from "../../helpers/collected-rows.ts";

describe("JSON Lines", () => {
  const first = '{"rank":4,"seed":1,"example":"a","correct":1}';

  /** Reads lines as if the first were line 1. */
  function readJson(...lines: string[]) {
    const { rows, ...got } = collectedRows();
    const reader = jsonLines(rows);
    lines.forEach((line, i) => void reader.line(line, i + 1));
    reader.end?.();
    return got;
  }

  test("each object may have its keys in an order of its own, and lines between them may be empty", () => {
    const others = [
      '{"correct":0,"example":"b","seed":2,"rank":4}',
      '{"note":1,"Correct":false,"example":7,"rank":8,"seed":2}',
    ];
    const { added, rejected } = readJson(first, " ", ...others);
    expect(added).toMatchObject({
      1: { rank: 4, seed: 1, example: "a", correct: 1 },
      3: { rank: 4, seed: 2, example: "b", correct: 0 },
      4: { rank: 8, seed: 2, example: 7, correct: 0 },
    });
    expect(rejected).toEqual({});
  });

  test("only the first must have every key: what a later one lacks is that row's fault", () => {
    expect(() => readJson('{"rank":4,"example":"a"}')).toThrow(
      "a.csv, line 1 must have the columns rank, seed, example, correct; seed, correct (or is_correct, score, acc, exact_match) missing, got rank, example",
    );
    const { added } = readJson(first, '{"rank":4}', first);
    expect(added[2]).toEqual({ rank: 4 });
    expect(added[3]).toEqual(added[1]);
  });

  test("a key that could be two fields is an error with its line", () => {
    const twice = '{"RANK":4,"Rank":4,"seed":1,"example":"a","correct":1}';
    expect(() => readJson(first, twice)).toThrow(
      'a.csv, line 2 must have one column rank, got "RANK" and "Rank"',
    );
  });

  test("a decimal comma is none in JSON", () => {
    expect(readJson('{"rank":4,"seed":1,"example":"a","correct":"0,5"}').added[1]!.correct).toBe("0,5");
  });

  test.each(["null", "[1]", "7", '{"rank":'])("%s is no row, and the others are read", (line) => {
    const { added, rejected } = readJson(first, line, first);
    expect(rejected).toEqual({ 2: `must be a JSON object, got ${line}` });
    expect(Object.keys(added)).toEqual(["1", "3"]);
  });

  test("of a long line that is no row, a message has the beginning", () => {
    expect(readJson(first, "x".repeat(61)).rejected[2]).toBe(`must be a JSON object, got ${"x".repeat(60)}…`);
  });
});

describe("separated cells", () => {
  /** Reads lines below a header as if it were line 1. */
  function readCells(header: string, lines: readonly string[], separator?: string) {
    const { rows, ...got } = collectedRows();
    const reader = separatedLines(header, rows, separator);
    lines.forEach((line, i) => void reader.line(line, i + 2));
    reader.end?.();
    return got;
  }

  const header = "rank,seed,example,correct";

  describe("the cells of a record", () => {
    test.each([
      ["a, b ,,c", ["a", "b", "", "c"]],
      ['"a,b", "c ""d""" ,', ["a,b", 'c "d"', ""]],
      ['"", " x "', ["", " x "]],
      ['"a\nb",c', ["a\nb", "c"]],
      [' ,\t"a" , ', ["", "a", ""]],
      ['a"b', undefined],
      ['"a"b,c', undefined],
      ['a "b",c', undefined],
    ])("of %j are %j", (record, cells) => {
      expect(cellSplitter(",")(record)).toEqual(cells);
    });

    test("are empty between two tabs before a quotation mark", () => {
      expect(cellSplitter("\t")('a\t\t"b"\t"c\t"')).toEqual(["a", "", "b", "c\t"]);
    });

    test.each([..."|]^-\\ds."])("may be separated by %j", (separator) => {
      expect(cellSplitter(separator)(`"4"${separator}1`)).toEqual(["4", "1"]);
    });
  });

  describe("the separator", () => {
    test("is the one that gives the header the most of our columns, then the most columns", () => {
      expect(readCells("a,b,c,d,e,f;rank;seed;example;correct", ["n;4;1;e;1"]).added[2]).toMatchObject({
        rank: 4,
      });
      expect(() => readCells("a,b;c;d", [])).toThrow("got a,b, c, d");
    });

    test("that is named is taken, and only a semicolon leaves the comma to decimals", () => {
      const piped = readCells("rank|seed|example|correct", ["4|1|e|0,5"], "|");
      expect(piped.added[2]).toMatchObject({ rank: 4, correct: "0,5" });
      expect(readCells("rank;seed;example;correct", ["4;1;e,f;0,5"]).added[2]).toMatchObject({
        example: "e,f",
        correct: 0.5,
      });
    });
  });

  describe("rows", () => {
    test("have the number of the line that they begin in", () => {
      const { added, rejected } = readCells(`${header},text`, [
        '4,1,a,1,"two',
        "",
        'lines"',
        "4,1,b,0,",
        "4,1,c",
      ]);
      expect(Object.keys(added)).toEqual(["2", "5"]);
      expect(added[5]).toMatchObject({ example: "b", correct: 0 });
      expect(rejected).toEqual({ 6: "must have 5 cells as the header, got 3" });
    });

    test("may be padded with empty cells, not with others, and are none where all cells are empty", () => {
      const { added, rejected } = readCells(header, ["4,1,a,1,,", "4,1,b,1,,x", ",,,", "  "]);
      expect(Object.keys(added)).toEqual(["2"]);
      expect(rejected).toEqual({ 3: "must have 4 cells as the header, got 6" });
    });

    test("with a quotation mark in the middle of a cell are rejected, and the next is read", () => {
      const { added, rejected } = readCells(header, ['4,1,e"1",1', "4,1,b,1"]);
      expect(rejected).toEqual({ 2: "a quotation mark must stand around a whole cell" });
      expect(Object.keys(added)).toEqual(["3"]);
    });
  });

  test("a quotation mark that nothing closes is an error with the line that it stands in", () => {
    const message = "a.csv, line 3: a quotation mark must be closed, got no other one";
    expect(() => readCells(header, ["4,1,a,1", '4,1,"b,1', "4,1,c,1"])).toThrow(
      expect.objectContaining({ code: "E_DATA", message }),
    );
    const { rows } = collectedRows();
    const reader = separatedLines(header, rows);
    reader.line('4,1,"b,1', 3);
    expect(() => reader.line("x".repeat(2 ** 20), 4)).toThrow(message); // before the end of the file
  });

  test.each([
    ["text,r4_s1,r16-s2", "a,1,0", "b,yes,40%"],
    ["r4s1,Rank 16 Seed 2,note", "1,0,a", "yes,40%,b"],
  ])("a row may have a cell for each run: %s", (header, ...lines) => {
    const added: unknown[] = [];
    const { rows } = collectedRows();
    const reader = separatedLines(header, { ...rows, add: (row) => void added.push(row) });
    for (const [i, line] of lines.entries()) reader.line(line, i + 2);
    expect(added).toMatchObject([
      { rank: 4, seed: 1, example: 2, correct: 1 },
      { rank: 16, seed: 2, example: 2, correct: 0 },
      { rank: 4, seed: 1, example: 3, correct: 1 },
      { rank: 16, seed: 2, example: 3, correct: 0.4 },
    ]);
  });

  test("a row with a cell for each run may name its example", () => {
    expect(readCells("r4_s1,id,r16_s1", ["1,x,0"]).added[2]).toMatchObject({
      rank: 16,
      example: "x",
      correct: 0,
    });
    expect(() => readCells("id,r4_s1", [])).toThrow(
      "correct (or is_correct, score, acc, exact_match) missing, got id, r4_s1",
    );
  });

  test("a header that lacks columns is an error at once", () => {
    expect(() => readCells("rank,seed,text,correct", [])).toThrow(
      expect.objectContaining({ code: "E_COLUMN" }),
    );
  });
});
