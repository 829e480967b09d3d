import { describe, expect, test } from "vitest";
import {
  type InstructionTableOptions,
  instructionTableOf,
  looksInstructed,
} from "../../src/data/instruction-table.ts";

const table = (rows: readonly Record<string, unknown>[], options: InstructionTableOptions = {}) =>
  instructionTableOf(
    "data.jsonl",
    rows.map((row, i) => ({ number: i + 1, values: new Map(Object.entries(row)) })),
    options,
  );

describe("instructionTableOf", () => {
  test.each([
    ["prompt", "response"],
    ["question", "answer"],
    ["Query", "Completion"],
    ["input", "target"],
  ])("guesses the columns %s and %s, and says so", (prompt, response) => {
    expect(table([{ [prompt]: "a", [response]: "b" }])).toEqual({
      rows: [{ id: "1", prompt: "a", response: "b" }],
      columns: { prompt, response },
      guessed: ["prompt", "response"],
      skipped: 0,
    });
  });
  test("appends the input of Alpaca's files where there is one", () => {
    const found = table([
      { instruction: "Add.", input: "1 2", output: "3" },
      { instruction: "Wait.", input: "", output: "Done." },
    ]);
    expect(found.rows).toEqual([
      { id: "1", prompt: "Add.\n\n1 2", response: "3" },
      { id: "2", prompt: "Wait.", response: "Done." },
    ]);
    expect(found.guessed).toEqual(["prompt", "input", "response"]);
  });
  test("asked columns win, also over a column of messages", () => {
    const rows = [{ q: "a", a: "b", messages: [], id: "x", split: "dev" }];
    expect(table(rows, { promptColumn: "q", responseColumn: "a" })).toEqual({
      rows: [{ id: "x", split: "validation", prompt: "a", response: "b" }],
      columns: { prompt: "q", response: "a" },
      guessed: [],
      skipped: 0,
    });
  });
  test("reads conversations as lists, as ShareGPT's turns and as JSON in a text", () => {
    const messages = [
      { role: "user", content: "a" },
      { role: "assistant", content: "b" },
    ];
    const turns = [
      { from: "human", value: "a" },
      { from: "gpt", value: "b" },
    ];
    for (const given of [messages, turns, JSON.stringify(messages)]) {
      expect(table([{ conversations: given }])).toEqual({
        rows: [{ id: "1", messages }],
        columns: { messages: "conversations" },
        guessed: ["messages"],
        skipped: 0,
      });
    }
  });
  const failure = (rows: readonly Record<string, unknown>[], options?: InstructionTableOptions) => {
    try {
      table(rows, options);
    } catch (error) {
      expect(error).toMatchObject({ code: "E_DATA" });
      return (error as Error).message;
    }
    throw new Error("instructionTableOf did not throw");
  };
  test("names all rows that lack a part, at once", () => {
    expect(
      failure([
        { prompt: "a", response: "" },
        { prompt: " ", response: "b" },
        { prompt: "a", response: { text: "b" }, split: "later" },
      ]),
    ).toBe(
      "every row of data.jsonl must have a prompt, got none in row 2\n" +
        "every row of data.jsonl must have a response, got none in rows 1, 3\n" +
        "every row of data.jsonl must be in split train, validation or test, got another in rows 1, 2, 3",
    );
  });
  test("a role is a text, also one that every object has", () => {
    const messages = [
      { role: "constructor", content: "a" },
      { role: "assistant", content: "b" },
    ];
    expect(table([{ messages }]).rows).toEqual([{ id: "1", messages }]);
  });
  test("names conversations that are none, or have no answer", () => {
    expect(
      failure([
        { messages: [{ role: "user", content: "a" }] },
        { messages: "{" },
        { messages: [{ role: "user" }] },
        { messages: [] },
      ]),
    ).toBe(
      "every row of data.jsonl must have a list of messages with a role and a text, got another in rows 2, 3, 4\n" +
        "every row of data.jsonl must have an answer of the assistant, got none in row 1",
    );
  });
  test("leaves rows without a part out where it is asked to, and counts them", () => {
    const pairs = [
      { prompt: "a", response: "" },
      { prompt: "b", response: "c" },
    ];
    expect(table(pairs, { skipInvalid: true })).toMatchObject({
      rows: [{ id: "2", prompt: "b", response: "c" }],
      skipped: 1,
    });
    const answered = [
      { role: "user", content: "a" },
      { role: "assistant", content: "b" },
    ];
    const chats = [{ messages: "{" }, { messages: answered }, { messages: [answered[0]] }];
    expect(table(chats, { skipInvalid: true })).toMatchObject({
      rows: [{ id: "2", messages: answered }],
      skipped: 2,
    });
  });
  test("names columns that are missing, the same or too many", () => {
    expect(failure([{ text: "a" }])).toBe(
      "the prompt column must be named (prompt-column), no common name was found. data.jsonl has: text\n" +
        "the response column must be named (response-column), no common name was found. data.jsonl has: text",
    );
    expect(failure([{ prompt: "a" }], { responseColumn: "prompt" })).toBe(
      "prompt and response must be two columns, got prompt for both",
    );
    expect(failure([{ text: "a" }], { messagesColumn: "chat" })).toBe(
      "the messages column must be one of the file's, got chat. data.jsonl has: text",
    );
    expect(failure([{ text: "a" }], { messagesColumn: "text", promptColumn: "text" })).toBe(
      "messages-column must be absent with prompt-column or response-column",
    );
    expect(failure([])).toBe("data.jsonl must hold at least one row of data, got none");
  });
});

test("columns of usual names look like instructions, half of them do not", () => {
  expect(looksInstructed(["id", "Instruction", "output"])).toBe(true);
  expect(looksInstructed(["messages"])).toBe(true);
  expect(looksInstructed(["question", "label"])).toBe(false);
});
