import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { readData } from "@lorank/tables/node";
import { describe, expect, test } from "vitest";
import { temporaryFolder } from "../../../../scripts/temporary-folder.ts";
import type { DataOptions } from "../../src/data/data-options.ts";
import { loadDataset } from "../../src/data/load-dataset.ts";
import { tokenizerAt, tokenizerFixture } from "../tokenizer/fixtures.ts";

function file(name: string, text: string): string {
  const path = join(temporaryFolder(), name);
  writeFileSync(path, text);
  return path;
}
const jsonl = (rows: readonly object[]) =>
  file("data.jsonl", rows.map((row) => `${JSON.stringify(row)}\n`).join(""));
const parquet = fileURLToPath(
  new URL("../../../tables/test/fixtures/parquet/labelled.parquet", import.meta.url),
);

const questions = Array.from({ length: 20 }, (_, i) => ({
  question: `What is ${i} + 1?`,
  answer: `${i + 1}.`,
}));
const tokenizer = {
  ...tokenizerAt(tokenizerFixture("llama3")),
  chatTemplate: null,
};

const inParts = { name: "mails", train: [], validation: [], test: [] };

describe("loadDataset", () => {
  test("takes rows in memory as it takes those of a file", async () => {
    const rows = questions.map(({ question, answer }) => ({ prompt: question, response: answer }));
    const [memory, read] = [
      await loadDataset({ data: rows }, readData),
      await loadDataset({ data: jsonl(rows) }, readData),
    ];
    expect(memory.notes).toEqual(read.notes);
    expect(read.validationLimit).toEqual({ examples: 8, fromTraining: true });
    const [own, other] = [memory, read].map((data) => data.tokenise(tokenizer, 64).dataset);
    expect({ ...own, name: "" }).toEqual({ ...other, name: "" });
    expect(own!.name).toBe("data");
  });
  test("the same rows in another form are the same data; what was found in a form is said", async () => {
    const rows = Array.from({ length: 20 }, (_, i) => [`Grüße ${i}, Jörg`, i % 2 ? "ham" : "spam"] as const);
    const utf8 = `text,label\n${rows.map(([text, label]) => `"${text}",${label}\n`).join("")}`;
    const excel = Buffer.from(`sep=;\r\n${utf8.replaceAll('",', '";').replace(",", ";")}`, "latin1");
    const path = join(temporaryFolder(), "data.csv");
    writeFileSync(path, excel);
    const [plain, found] = [
      await loadDataset({ data: file("data.csv", utf8) }, readData),
      await loadDataset({ data: path }, readData),
    ];
    expect(found.inputs).toEqual(plain.inputs);
    expect(found.notes).toEqual([
      `Read ${path} as Windows-1252, which was found from its bytes (encoding says otherwise).`,
      ...plain.notes,
    ]);
  });
  test("says how many rows were left out, of the test too", async () => {
    const lines = questions.map(({ question }, i) => ({ text: question, label: `${i % 2}` }));
    const tested = lines.map(({ text, label }) => ({ text: `${text}!`, label }));
    const given = {
      data: jsonl([...lines, { text: "a" }]),
      testData: jsonl([...tested, {}, { label: "1" }]),
    };
    const optionName = (option: string) => `<${option}>`;
    await expect(loadDataset({ ...given, optionName }, readData)).rejects.toThrow(
      "must have a label, got none in row 21\n<skipInvalid> leaves this row of 21 out.",
    );
    const { notes } = await loadDataset({ ...given, skipInvalid: true, optionName }, readData);
    expect(notes).toContain("Left out 3 rows without a part (<skipInvalid>).");
  });
  test("takes every quote of a file for a character where it is told so", async () => {
    const said = Array.from({ length: 20 }, (_, i) => `"Line ${i}," he said\t${i % 2}\n`);
    const data = file("said.tsv", `text\tlabel\n${said.join("")}`);
    await expect(loadDataset({ data }, readData)).rejects.toThrow("quote none takes every quote for one");
    const { inputs } = await loadDataset({ data, quote: "none" }, readData);
    expect(inputs.parts.flat()).toContainEqual(expect.objectContaining({ text: '"Line 7," he said' }));
  });
  test("refuses settings of a file where there is none", async () => {
    await expect(
      loadDataset(
        { data: inParts, encoding: "utf-8", delimiter: ";", quote: "none", skipInvalid: true },
        readData,
      ),
    ).rejects.toThrow(
      "encoding must be absent with mails, which is no file\n" +
        "delimiter must be absent with mails, which is no file\n" +
        "quote must be absent with mails, which is no file\n" +
        "skipInvalid must be absent with mails, which is no file",
    );
  });
  test("calls options what it is told to call them", async () => {
    const optionName = (option: string) => `<${option}>`;
    await expect(
      loadDataset(
        { data: questions, textColumn: "x", promptColumn: "y", task: "instruction", optionName },
        readData,
      ),
    ).rejects.toThrow("<textColumn> must be absent where the task is instruction");
  });
  test("reads labelled texts of five classes from Parquet, whose labels are numbers with names", async () => {
    const data = await loadDataset({ data: parquet }, readData);
    expect(data.task).toEqual({ kind: "classification", labels: ["anger", "fear", "grief", "joy", "love"] });
    expect(data.notes[0]).toBe("Guessed from the columns: labelled texts (task classification).");
    const { dataset } = data.tokenise(tokenizer, 16);
    expect([dataset.train.length, dataset.validation.length]).toEqual([40, 10]);
  });
  test("reads answers to learn, says what it guessed and how they are written", async () => {
    const data = await loadDataset({ data: jsonl(questions) }, readData);
    expect(data.task).toEqual({ kind: "causal-lm" });
    expect(data.notes).toEqual([
      "Guessed from the columns: answers to learn (task instruction).",
      'Guessed from the names: the prompt is in column "question" (promptColumn), the response is in column "answer" (responseColumn).',
      "Examples for validation were drawn from the file. A column named split would decide instead.",
    ]);
    const { dataset, notes } = data.tokenise(tokenizer, 64);
    expect([dataset.train.length, dataset.validation.length]).toEqual([16, 4]);
    expect(notes).toEqual(['Prompts and responses are written as "{prompt}\\n{response}" (template).']);
  });
  test("messages are many, as the sentence about their column says", async () => {
    const rows = questions.map(({ question, answer }) => ({
      messages: [
        { role: "user", content: question },
        { role: "assistant", content: answer },
      ],
    }));
    const { notes } = await loadDataset({ data: jsonl(rows) }, readData);
    expect(notes[1]).toBe('Guessed from the names: the messages are in column "messages" (messagesColumn).');
  });
  test("the same file gives the same examples in the same order, and a smaller choice is part of a larger one", async () => {
    const path = jsonl(questions);
    const ids = async (options: Partial<DataOptions>) =>
      (await loadDataset({ data: path, ...options }, readData))
        .tokenise(tokenizer, 64)
        .dataset.train.map(({ id }) => id);
    expect(await ids({})).toEqual(await ids({}));
    expect(await ids({ trainExamples: 5 })).toEqual((await ids({})).slice(0, 5));
  });
  test("says how many examples were left out, cut short or met before", async () => {
    const long = { question: "why ".repeat(200), answer: "So." };
    const data = await loadDataset(
      {
        data: jsonl([...questions, ...questions.slice(0, 3), long, { ...long, answer: "No." }]),
      },
      readData,
    );
    expect(data.notes).toContain("Left out 3 examples that occurred before.");
    const { notes, long: cut } = data.tokenise(tokenizer, 30);
    const all = [...cut.train, ...cut.validation];
    expect(all).toHaveLength(2);
    expect(Math.min(...all)).toBeGreaterThan(200); // the tokens before the cut
    expect(notes[1]).toMatch(
      /^Left out 2 examples whose prompt alone has 30 tokens or more \(maxLength\): \d of training, \d of validation\.$/,
    );
  });
  test("columns that were asked for decide the task, and those of the other task are refused", async () => {
    const path = jsonl(questions);
    const asked = await loadDataset(
      { data: path, promptColumn: "answer", responseColumn: "question" },
      readData,
    );
    expect(asked.task.kind).toBe("causal-lm");
    await expect(
      loadDataset({ data: path, task: "instruction", textColumn: "question" }, readData),
    ).rejects.toMatchObject({
      code: "E_CONFIG",
      message: "textColumn must be absent where the task is instruction",
    });
    await expect(loadDataset({ data: inParts, template: "x" }, readData)).rejects.toMatchObject({
      message: "template must be absent where the task is classification",
    });
    await expect(loadDataset({ data: inParts, task: "instruction" }, readData)).rejects.toMatchObject({
      message: "task must be classification with mails, got instruction",
    });
  });
  test("tokenises test examples of either task like the others, and counts those that do not fit", async () => {
    const long = { question: "why ".repeat(200), answer: "So." };
    const testData = jsonl([
      { question: "What is 100 + 1?", answer: "101." },
      { question: "Who?", answer: "I." },
      long,
    ]);
    const asked = await loadDataset({ data: jsonl(questions), testData }, readData);
    const { test: held, notes, long: cut } = asked.tokenise(tokenizer, 30);
    expect(cut).toEqual({ train: [], validation: [], test: [expect.any(Number)] });
    expect(held).toMatchObject({ name: "data.jsonl", task: { kind: "causal-lm" } });
    expect(held!.test).toHaveLength(2);
    expect(notes[1]).toMatch(/0 of training, 0 of validation, 1 of the test\.$/);
    const drawn = await loadDataset({ data: parquet, testExamples: 10 }, readData);
    const labelled = drawn.tokenise(tokenizer, 16);
    expect(labelled.test).toMatchObject({ name: "labelled.parquet", task: labelled.dataset.task });
    expect(labelled.test!.test).toHaveLength(10);
    expect(drawn.inputs.parts.map(({ length }) => length)).toEqual([25, 10, 10]); // each class rounds up
    expect(drawn.inputs.settings).toMatchObject({ name: "labelled.parquet", test: "labelled.parquet" });
    const without = await loadDataset({ data: parquet }, readData);
    expect(without.inputs.settings).not.toHaveProperty("test");
    expect(without.tokenise(tokenizer, 16)).not.toHaveProperty("test");
    expect(without.inputs.parts).toHaveLength(2);
    await expect(loadDataset({ data: inParts, testData }, readData)).rejects.toMatchObject({
      code: "E_CONFIG",
      message: expect.stringContaining("testData must be absent with mails"),
    });
  });
  test("more than there is is refused, both numbers at once", async () => {
    await expect(
      loadDataset({ data: jsonl(questions), trainExamples: 99, validationExamples: 99 }, readData),
    ).rejects.toMatchObject({
      code: "E_DATA",
      message: expect.stringMatching(
        /^trainExamples must be at most \d+, what the data hold, got 99\nvalidationExamples must be at most \d+, what the data hold, got 99$/,
      ),
    });
  });
});
