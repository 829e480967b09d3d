import { describe, expect, test } from "vitest";
import { jsonLines, jsonRows } from "../src/rows.ts";

const lines = (rows: readonly object[]) => rows.map((row) => `${JSON.stringify(row)}\n`).join("");

describe("a list of objects", () => {
  const alpaca = [
    { instruction: "Add.", input: "1 2", output: "3" },
    { instruction: "Wait.", input: "", output: "Done." },
  ];
  const shareGpt = [
    {
      conversations: [
        { from: "human", value: "a" },
        { from: "gpt", value: "b" },
      ],
    },
  ];
  test.each([
    ["Alpaca", alpaca],
    ["ShareGPT", shareGpt],
  ])("of %s's form gives what JSON Lines give", (_, rows) => {
    const found = jsonRows("a.json", JSON.stringify(rows, null, 2));
    expect(found).toEqual(jsonLines("a.jsonl", lines(rows)));
    expect(jsonRows("a.json", JSON.stringify({ columns: ["a"], rows }))).toEqual(found);
    expect(found).toHaveLength(rows.length);
  });
  test("with other values in it names them", () => {
    expect(() => jsonRows("a.json", '{"rows":[{"a":1},2]}')).toThrow(
      /must be a JSON object, got another in row 2/,
    );
    expect(() => jsonRows("a.json", '[{"a":1},2,null,[{}]]')).toThrow(
      "every value of the list in a.json must be a JSON object, got another in rows 2, 3, 4",
    );
  });
  test("that is broken is named by the line", () => {
    expect(() => jsonRows("a.json", '[\n{"a":1},\n{"a" 2}\n]')).toThrow(
      /^a\.json must hold a list of JSON objects: .*line 3/,
    );
    expect(() => jsonRows("a.json", '[\n{"a":1},\n{"a":\n\n')).toThrow(/\(line 3\)$|line 3/);
  });
});

test("one object a line is read in a .json file too", () => {
  const rows = [{ text: "a" }, { text: "b" }];
  expect(jsonRows("a.json", lines(rows))).toEqual(jsonLines("a.json", lines(rows)));
  expect(jsonRows("a.json", '{"text":"a"}')).toHaveLength(1);
  expect(() => jsonRows("a.json", '{"text":"a"}\n{"text":\n')).toThrow("got another in line 2 (line 2: ");
});

test("another value is refused", () => {
  for (const text of ["3", '"a"', "null", '{\n"data": []\n}'])
    expect(() => jsonRows("a.json", text)).toThrow(
      "a.json must hold a list of JSON objects, got another value",
    );
});
