import type { Row } from "@lorank/tables";
import { expect, test } from "vitest";
import { questionsOf } from "../../src/data/questions.ts";

const rowsOf = (...rows: object[]): Row[] =>
  rows.map((row, i) => ({ number: i + 1, values: new Map(Object.entries(row)) }));

test("a prompt alone has no known answer, also beside its id, part, group and name", () => {
  const rows = rowsOf({ prompt: "2 + 2?" }, { prompt: "3 + 3?" });
  expect(questionsOf("a.csv", rows)).toEqual([
    { id: "1", prompt: "2 + 2?" },
    { id: "2", prompt: "3 + 3?" },
  ]);
  const named = rowsOf({ id: "a", split: "test", group: "g", example: "7", question: "4 + 4?" });
  expect(questionsOf("a.csv", named, { promptColumn: "question" })).toEqual([{ id: "1", prompt: "4 + 4?" }]);
});

test("beside any other column a prompt has its answer, and a conversation is asked up to its last one", () => {
  const pairs = rowsOf({ prompt: "2 + 2?", response: "4" });
  expect(questionsOf("a.csv", pairs)).toEqual([{ id: "1", prompt: "2 + 2?", reference: "4" }]);
  const turns = [
    { role: "user", content: "Hello" },
    { role: "assistant", content: "Hi" },
    { role: "user", content: "2 + 2?" },
    { role: "assistant", content: "4" },
  ];
  expect(questionsOf("a.jsonl", rowsOf({ messages: turns }))).toEqual([
    { id: "1", prompt: turns.slice(0, 3), reference: "4" },
  ]);
});

test.each([
  ["no rows", [], "a.csv must hold at least one prompt, got none"],
  ["an empty prompt", [{ prompt: "" }], 'a.csv: row 1 must hold a text in column prompt, got ""'],
  [
    "another column alone",
    [{ example: "7" }],
    "a.csv: row 1 must hold a text in column prompt, got no such column",
  ],
])("refuses %s", (_, rows, message) => {
  expect(() => questionsOf("a.csv", rowsOf(...rows))).toThrow(
    expect.objectContaining({ code: "E_DATA", message }),
  );
});
