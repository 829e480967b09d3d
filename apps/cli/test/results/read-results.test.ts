import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { readResults } from "../../src/results/read-results.ts";
import { temporaryFolder } from "../cli.ts";

const advice = "Runs of wandb and mlflow are read from a table that they export";

test("who names a tracker or its folder reads how its runs are read; nobody else does", () => {
  const folder = temporaryFolder();
  for (const name of ["wandb", "mlruns", "runs"]) mkdirSync(join(folder, name));
  for (const path of ["wandb", "mlflow", join(folder, "wandb"), join(folder, "mlruns")])
    expect(() => readResults(path), path).toThrow(advice);
  const message = (path: string) => {
    try {
      readResults(path);
    } catch (error) {
      return (error as Error).message;
    }
  };
  expect(message(join(folder, "runs"))).toContain("It holds no sweep.");
  expect(message(join(folder, "runs"))).not.toContain("wandb");
});

test("a folder with files of runs and a workbook are told apart from a sweep's, with what to do", () => {
  const folder = temporaryFolder();
  for (const name of ["r4-s1.csv", "r8-s1.csv"]) writeFileSync(join(folder, name), "");
  expect(() => readResults(folder)).toThrow(`named by a pattern: '${join(folder, "r{rank}-s{seed}.csv")}'`);
  // Advice that cannot be had does not take the error's place.
  const others = temporaryFolder();
  writeFileSync(join(others, "{draft} r4.csv"), "");
  expect(() => readResults(others)).toThrow("results must be a folder with a results.json");
  const workbook = join(folder, "runs.xlsx");
  writeFileSync(workbook, "PK\u0003\u0004\u0014\u0000");
  expect(() => readResults(workbook)).toThrow("got a zip archive\nOf a spreadsheet, save the sheet as CSV.");
});
