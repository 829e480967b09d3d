import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { type ReadAnswersOptions, readAnswers } from "../../src/readers/read-answers.ts";
import { temporaryFolder } from "../helpers/files.ts";

/** Reads a file of this name and text; messages name it `NAME`. */
async function read(name: string, text: string, more: ReadAnswersOptions & { readonly rank?: number } = {}) {
  const { rank, ...options } = more;
  const path = join(temporaryFolder(), name);
  writeFileSync(path, text);
  const place = rank === undefined ? { path } : { path, rank };
  try {
    const runs = await readAnswers(place, {
      ...{ needsReference: true, ...options },
    });
    return runs.map(({ file: _, ...run }) => run);
  } catch (error) {
    throw Object.assign(error as Error, { message: (error as Error).message.replaceAll(path, "NAME") });
  }
}
const lines = (...rows: object[]) => rows.map((row) => JSON.stringify(row)).join("\n");

describe("answers are read", () => {
  test("from LLaMA-Factory's file, examples by their lines", async () => {
    const text = lines(
      { prompt: "1 + 1", predict: "2", label: "2" },
      { prompt: "2 + 2", predict: "", label: "4" },
    );
    expect(await read("generated_predictions.jsonl", text)).toEqual([
      {
        answers: [
          { example: "1", prompt: "1 + 1", answer: "2", reference: "2", finish: "" },
          { example: "2", prompt: "2 + 2", answer: "", reference: "4", finish: "" },
        ],
      },
    ]);
  });

  test.each([
    ["a.csv", "id,question,Response,Target,finish_reason\nx,1 + 1,2,2,length\n"],
    ["a.tsv", "example\tprompt\tanswer\tgold\tfinish\nx\t1 + 1\t2\t2\tlength\n"],
    ["a.csv", "example;input;completion;expected;stop_reason\nx;1 + 1;2;2;length\n"],
    ["a.json", JSON.stringify([{ id: "x", prompt: "1 + 1", output: "2", reference: "2", finish: "length" }])],
    // The own name of a column wins over those of others.
    [
      "a.jsonl",
      lines({ id: 1, example: "x", prompt: "1 + 1", answer: 2, output: "3", label: "2", finish: "length" }),
    ],
  ])("from %s: %s", async (name, text) => {
    const answer = { example: "x", prompt: "1 + 1", answer: "2", reference: "2", finish: "length" };
    expect(await read(name, text)).toEqual([{ answers: [answer] }]);
  });

  test("of several runs in a file by its columns, where the path does not say the run", async () => {
    const text = "rank,seed,example,answer,label\n4,1,a,x,x\n8,1,a,y,x\n4,1,b,z,x\n";
    const runs = await read("a.csv", text);
    expect(runs.map(({ rank, seed, answers }) => [rank, seed, answers.map(({ answer }) => answer)])).toEqual([
      [4, 1, ["x", "z"]],
      [8, 1, ["y"]],
    ]);
    expect(await read("a.csv", text.replaceAll("8,1,a", "8,1,c"), { rank: 16 })).toMatchObject([
      { rank: 16, seed: 1, answers: [{}, {}, {}] },
    ]);
  });

  test("as JSON where they are no texts, and references as they are", async () => {
    const [run] = await read("a.jsonl", lines({ answer: { a: 1 }, reference: { a: 1 } }));
    expect(run!.answers[0]).toMatchObject({ answer: '{"a":1}', reference: { a: 1 }, prompt: "" });
  });
});

describe("a file is refused", () => {
  const answerNames = "answer (or predict, prediction, response, output, completion)";
  const referenceNames = "reference (or label, target, expected, gold)";
  test.each([
    [
      "without answers",
      "prompt,label\na,b\n",
      `NAME must have the columns answer, reference; ${answerNames} missing, got prompt, label`,
    ],
    [
      "without references that a metric needs",
      "prompt,answer\na,b\n",
      `NAME must have the columns answer, reference; ${referenceNames} missing, got prompt, answer`,
    ],
    [
      "with two columns that could be the answer",
      "predict,output,label\na,b,c\n",
      'NAME must have one column answer, got "predict" and "output"\nCall the one that is meant answer.',
    ],
    [
      "with several runs whose examples have no names",
      "rank,answer,label\n4,a,a\n8,a,a\n",
      "NAME must have a column example, as it has several runs, got none",
    ],
    [
      "without a row",
      "answer,label\n",
      `NAME must have the columns answer, reference; ${answerNames}, ${referenceNames} missing, got none`,
    ],
  ])("%s", async (_, text, message) => {
    await expect(read("a.csv", text)).rejects.toMatchObject({ code: "E_COLUMN", message });
  });

  test("with every row that lacks a part", async () => {
    const text = lines(
      { id: "a", predict: null, label: "x", rank: 4 },
      { id: "", predict: "x", label: "x", rank: 4.5 },
      { id: "c", label: "x", rank: "four" },
    );
    await expect(read("a.jsonl", text)).rejects.toMatchObject({
      code: "E_ANSWERS",
      message: [
        "NAME, row 1: predict must be a text, got null",
        "NAME, row 2: rank must be a whole number of at least 0, got 4.5",
        'NAME, row 2: id must be a name or a number, got ""',
        'NAME, row 3: rank must be a whole number of at least 0, got "four"',
        "NAME, row 3: predict must be a text, got none",
      ].join("\n"),
    });
  });
});

test("a reference is not needed where no metric needs one", async () => {
  const [run] = await read("a.csv", "answer\n[1]\n", { needsReference: false });
  expect(run!.answers[0]).toMatchObject({ answer: "[1]", reference: undefined });
});
