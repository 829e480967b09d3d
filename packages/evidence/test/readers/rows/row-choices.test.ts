import { Readable } from "node:stream";
import { describe, expect, test } from "vitest";
import { type ReadOutcomesOptions, readOutcomes } from "../../../src/readers/read-outcomes.ts";
import { readRuns } from "../../../src/readers/read-runs.ts";
import { valueIn } from "../../../src/readers/rows/row-choices.ts";
import { written } from "../../helpers/written-scores.ts";

/** Two ranks on two examples of each of two tasks; in the second task all is wrong but rank 16 on `b`. */
const rows = [4, 16].flatMap((rank) =>
  ["arc", "mmlu"].flatMap((task) =>
    ["a", "b"].map((example) => ({
      ...{ rank, seed: 1, task, example },
      correct: task === "arc" || (rank === 16 && example === "b") ? 1 : 0,
    })),
  ),
);
const csv = ["rank,seed,task,example,correct", ...rows.map((row) => Object.values(row).join(","))].join("\n");
const jsonl = rows.map((row) => JSON.stringify(row)).join("\n");

const read = (text: string, options?: ReadOutcomesOptions, name = "outcomes.csv") =>
  readOutcomes(written(name, text), options);

test("a repeated example names the lines and the columns that differ, and the choice", async () => {
  await expect(read(csv)).rejects.toMatchObject({
    code: "E_OUTCOMES",
    message: expect.stringMatching(
      /line 4: rank 4, seed 1, example "a" must occur once, got it in line 2 already[\s\S]*\nLines 2 and 4 differ in task \(arc and mmlu\)\. Choose by --where task=arc, or take means by --average-over task\.$/,
    ),
  });
  await expect(read(jsonl, {}, "outcomes.jsonl")).rejects.toThrow(
    "Lines 1 and 3 differ in task (arc and mmlu).",
  );
});

test("answers and results that differ are no settings; a pipe cannot be read again", async () => {
  const answers = "rank,seed,example,answer,f1,correct\n4,1,a,yes,1,1\n4,1,a,no,0,0\n";
  await expect(read(answers)).rejects.toThrow(/got it in line 2 already$/);
  const stdin = Readable.from([Buffer.from(csv)]);
  await expect(readOutcomes("-", { stdin })).rejects.toThrow(/and \d more$|already$/);
});

describe("--where", () => {
  test.each([
    ["outcomes.csv", csv],
    ["outcomes.jsonl", jsonl],
    ["outcomes.csv", csv.replaceAll(",", ";")],
  ])("keeps the rows with a value: %s", async (name, text) => {
    const { cells, chosenRows, examples } = await read(text, { where: ["task=mmlu"] }, name);
    expect(examples).toBe(2);
    expect(cells.map(({ rank, correct }) => [rank, ...Array.from(correct)])).toEqual([
      [4, 0, 0],
      [16, 0, 1],
    ]);
    expect(chosenRows).toEqual({ where: [{ column: "task", values: ["mmlu"] }] });
  });
  test("in a spreadsheet with a column for each run", async () => {
    const text = "example,language,r4_s1,r16_s1\na,de,1,0\nb,de,1,1\na,en,0,0\nb,en,0,1\n";
    expect((await read(text, { where: ["language=en"] })).cells[0]!.correct).toEqual(Uint8Array.of(0, 0));
    await expect(read(text)).rejects.toThrow("Choose by --where language=de,");
  });
  test.each([
    [["tasks=arc"], "E_COLUMN", /one of rank, seed, task, example and correct, got tasks$/],
    [["task=gsm8k"], "E_COLUMN", /--where must be a value of task in .*, one of arc and mmlu, got gsm8k$/],
  ])("refuses %j", async (where, code, message) => {
    await expect(read(csv, { where })).rejects.toMatchObject({
      code,
      message: expect.stringMatching(message),
    });
  });
});

describe("--average-over", () => {
  test("gives each example the mean over the values", async () => {
    const { cells, chosenRows } = await read(csv, { averageOver: "task" });
    expect(cells.map(({ rank, correct }) => [rank, ...Array.from(correct)])).toEqual([
      [4, 0.5, 0.5],
      [16, 0.5, 1],
    ]);
    expect(chosenRows).toEqual({ averageOver: { column: "task", values: ["arc", "mmlu"] } });
  });
  test("averages losses, and keeps labels", async () => {
    const text = "rank,seed,targets,example,correct,logLoss,label\n4,1,q,a,1,0.2,x\n4,1,v,a,0,0.6,x\n";
    expect((await read(text, { averageOver: "targets" })).cells[0]!.logLoss![0]).toBeCloseTo(0.4, 12);
    await expect(read(text.replace("0.6,x", "0.6,y"), { averageOver: "targets" })).rejects.toThrow(
      'line 3: rank 4, seed 1, example "a" must have the label and the group that it has in line 2',
    );
  });
  test("needs each value once for each example", async () => {
    const lines = csv.split("\n");
    await expect(read(lines.slice(0, -1).join("\n"), { averageOver: "task" })).rejects.toThrow(
      'rank 16, seed 1, example "b" must occur with each task to be averaged, lacks mmlu',
    );
    await expect(read([...lines, lines[1]].join("\n"), { averageOver: "task" })).rejects.toThrow(
      'line 10: rank 4, seed 1, example "a" must occur once with task arc, got it again after line 2',
    );
  });
});

test("files of evaluators and logs have no rows to choose among", async () => {
  const samples = written("samples_x.jsonl", '{"doc_id": 1, "metrics": ["acc"], "acc": 1}\n');
  await expect(readOutcomes(samples, { where: ["task=x"] })).rejects.toThrow(
    "--where must be of a table with a row for each run or example, got files of lm-evaluation-harness",
  );
});

test("ratings and percentages without their sign are no shares", async () => {
  const table = (score: number) => `rank,seed,example,correct\n4,1,a,${score}\n8,1,a,1\n`;
  await expect(read(table(4))).rejects.toThrow(/got 4\nRatings from 1 to 5 are divided by 5\.$/);
  await expect(read(table(84))).rejects.toThrow(
    /got 84\nA percentage is written with its sign \(84%\), or divided by 100\.$/,
  );
});

test("a metric of an evaluator's samples is chosen by --score", async () => {
  await expect(
    readRuns(written("samples_x.jsonl", '{"doc_id": 1}\n'), { metric: "exact_match" }),
  ).rejects.toThrow(
    "--metric must be accuracy or log-loss or f1 or macro-f1 or mcc or auroc for outcomes of examples, got exact_match\nAmong the scores of an evaluator, --score exact_match chooses.",
  );
});

test("values are told apart by their numbers, not by how these are written", () => {
  expect(["1e-4", 0.0001, " q_proj ", ["q", "v"], true, null, "", "50%", "['q', 'v']"].map(valueIn)).toEqual([
    ...["0.0001", "0.0001", "q_proj", "q,v", "true", "(empty)", "(empty)", "50%", "q,v"],
  ]);
});
