import { expect, test } from "vitest";
import { jsonLines } from "../../src/outcomes/read-outcomes.ts";
import { collectedRows } from "../helpers/collected-rows.ts";

const first = '{"rank":4,"seed":1,"example":"a","correct":1}';

/** Reads lines as if the first were line 1. */
function read(...lines: string[]) {
  const { rows, ...got } = collectedRows();
  const reader = jsonLines(rows);
  lines.forEach((line, i) => void reader.line(line, i + 1));
  reader.end();
  return got;
}

test("each object may have its keys in an order of its own, and lines between them may be empty", () => {
  const others = [
    '{"correct":0,"example":"b","seed":2,"rank":4}',
    '{"note":1,"Correct":false,"example":7,"rank":8,"seed":2}',
  ];
  const { added, rejected } = read(first, " ", ...others);
  expect(added).toMatchObject({
    1: { rank: 4, seed: 1, example: "a", correct: 1 },
    3: { rank: 4, seed: 2, example: "b", correct: 0 },
    4: { rank: 8, seed: 2, example: 7, correct: 0 },
  });
  expect(rejected).toEqual({});
});

test("only the first must have every key: what a later one lacks is that row's fault", () => {
  expect(() => read('{"rank":4,"example":"a"}')).toThrow(
    "a.csv, line 1 must have the columns rank, seed, example, correct; seed, correct missing, got rank, example",
  );
  const { added } = read(first, '{"rank":4}', first);
  expect(added[2]).toMatchObject({ rank: 4, correct: undefined });
  expect(added[3]).toEqual(added[1]);
});

test("a key that could be two fields is an error with its line", () => {
  const twice = '{"RANK":4,"Rank":4,"seed":1,"example":"a","correct":1}';
  expect(() => read(first, twice)).toThrow('a.csv, line 2 must have one column rank, got "RANK" and "Rank"');
});

test("a decimal comma is none in JSON", () => {
  expect(read('{"rank":4,"seed":1,"example":"a","correct":"0,5"}').added[1]!.correct).toBe("0,5");
});

test.each(["null", "[1]", "7", '{"rank":'])("%s is no row, and the others are read", (line) => {
  const { added, rejected } = read(first, line, first);
  expect(rejected).toEqual({ 2: `must be a JSON object, got ${line}` });
  expect(Object.keys(added)).toEqual(["1", "3"]);
});

test("of a long line that is no row, a message has the beginning", () => {
  expect(read(first, "x".repeat(61)).rejected[2]).toBe(`must be a JSON object, got ${"x".repeat(60)}…`);
});
