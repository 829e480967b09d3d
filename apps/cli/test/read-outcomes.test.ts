import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { readOutcomes } from "../src/results/read-outcomes.ts";
import { temporaryFolder } from "./cli.ts";

function file(name: string, content: string): string {
  const path = join(temporaryFolder(), name);
  writeFileSync(path, content);
  return path;
}

test("CSV with Python's truth values and JSONL with numbers give the same outcomes", () => {
  const csv = file("a.csv", "rank,seed,example,correct,logLoss\n4,1,e1,True,0.5\n4,1,e2,False,1.5\n");
  const jsonl = file(
    "a.jsonl",
    '{"rank":4,"seed":1,"example":"e1","correct":1,"logLoss":0.5}\n{"rank":4,"seed":1,"example":"e2","correct":false,"logLoss":1.5}\n',
  );
  expect(readOutcomes(csv)).toEqual(readOutcomes(jsonl));
  expect(Array.from(readOutcomes(csv).cells[0]!.correct)).toEqual([1, 0]);
});

test("a column label gives the class prior; an empty cell in it is reported with its row", () => {
  const table = readOutcomes(
    file("a.csv", "rank,seed,example,correct,label\n4,1,e1,1,7\n4,1,e2,0,8\n4,1,e3,1,7\n"),
  );
  expect(Array.from(table.prior!.correct)).toEqual([1, 0, 1]);
  const holed = file("a.csv", "rank,seed,example,correct,label\n4,1,e1,1,ham\n4,1,e2,0,\n");
  expect(() => readOutcomes(holed)).toThrow(
    /row 2: label must be a name or a number in every row, got undefined/,
  );
});

test("names the columns that are missing", () => {
  const path = file("a.csv", "r,seed,example,correct\n4,1,e1,1\n");
  expect(() => readOutcomes(path)).toThrow(
    `${path} must have the columns rank, seed, example, correct; rank missing, got r, seed, example, correct`,
  );
});

test("a cell that is no number is reported with its row, not read as 0", () => {
  const path = file("a.csv", "rank,seed,example,correct\n4,1,e1,1\n4,1,e2,\n");
  expect(() => readOutcomes(path)).toThrow(/row 2: correct must be between 0 and 1, got NaN/);
});
