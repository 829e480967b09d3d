import { expect, test } from "vitest";
import { readRuns } from "../../../src/readers/read-runs.ts";
import { byAdvice } from "../../../src/readers/scores/by-advice.ts";
import { written } from "../../helpers/written-scores.ts";

const advised = (columns: string): string | undefined => byAdvice(columns.split(","));

test.each([
  ["seed,example,correct,model", "model"],
  ["date,target_modules,seed,accuracy", "target_modules"],
  ["date,system,seed,eval/f1", "system"],
  ["seed,Base Model,loss", "'Base Model'"],
])("%s: the likeliest column is %s", (columns, column) => {
  expect(advised(columns)).toBe(`What is compared in place of ranks is named by its column: --by ${column}`);
});

test.each([
  ["it has ranks", "rank,seed,example,correct,model"],
  ["it has a column for each rank", "seed,r4,r8,accuracy"],
  ["it has neither outcomes nor a score", "model,text,label"],
  ["no column may name arms", "date,seed,accuracy"],
])("no advice where %s", (_, columns) => {
  expect(advised(columns)).toBeUndefined();
});

test("tables of outcomes and of runs without a rank are refused with the advice, but not for plans", async () => {
  const outcomes = written("o.csv", "model,seed,example,correct\na,0,x,1\n");
  const runs = written("runs.csv", "model,seed,accuracy\na,0,0.5\n");
  for (const [path, fault] of [
    [outcomes, "must have the columns rank, seed, example, correct; rank (or lora_rank, lora_r) missing"],
    [runs, "must have a column rank (or lora_rank, lora_r), got model, seed, accuracy"],
  ] as const) {
    const error = await readRuns(path).catch((cause: Error) => cause);
    expect(error).toMatchObject({ code: "E_COLUMN", message: expect.stringContaining(fault) });
    expect(error).toMatchObject({ message: expect.stringMatching(/--by model$/) });
  }
  await expect(readRuns(outcomes, { only: "outcomes" })).rejects.not.toThrow("--by");
});
