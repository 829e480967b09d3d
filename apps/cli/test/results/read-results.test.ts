import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { SweepStore } from "@lorank/sweep/folder";
import { trialId } from "@lorank/train/spec";
import { expect, test } from "vitest";
import { reconcileSweepFile } from "../../../../packages/sweep/src/store/reconcile.ts";
import { examplePlan } from "../../../../packages/sweep/test/helpers/example.ts";
import { finishTrials } from "../../../../packages/sweep/test/helpers/finished.ts";
import { temporaryFolder } from "../../../../scripts/temporary-folder.ts";
import { olderResultsNote, readResults } from "../../src/results/read-results.ts";
import { watchedSweep } from "../watched-sweep.ts";

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

test.skipIf(process.platform === "win32")("a pipe or device as results is refused at once", () => {
  const pipe = join(temporaryFolder(), "results.json");
  execFileSync("mkfifo", [pipe]);
  for (const path of [pipe, "/dev/zero"])
    expect(() => readResults(path), path).toThrow(`${path} must be a file, got a folder or device`);
});

test("results of a sweep that goes on are said to be older than its trials", async () => {
  const { out, plan, finish, complete } = watchedSweep({ seeds: [1, 2] });
  await finish(4);
  complete();
  const noted = () => {
    const { results, file } = readResults(out);
    return olderResultsNote(file, results);
  };
  expect(noted()).toBeUndefined();
  const longer = examplePlan({ ranks: [2, 8], seeds: [1, 2, 3] });
  reconcileSweepFile(out, longer, true);
  expect(noted()).toBeUndefined(); // nothing that the results lack is done yet
  const store = new SweepStore(out);
  await finishTrials(
    store,
    longer.specs.filter((spec) => !plan.specs.some(({ seed }) => seed === spec.seed)).slice(0, 1),
  );
  expect(noted()).toBe(
    "These results are of 4 trials, from before the sweep went on: 5 of 6 are done. They are written anew when it ends.",
  );
});

test("results of schema 1 are decided anew, and say what an earlier rule called them", async () => {
  const { out, finish, complete } = watchedSweep({ seeds: [1, 2] });
  await finish(4);
  complete();
  const now = readResults(out).results.decision;
  const file = join(out, "results.json");
  const stored = JSON.parse(readFileSync(file, "utf8"));
  const earlier = { verdict: "adequate", rank: 2 };
  writeFileSync(
    file,
    JSON.stringify({
      ...stored,
      schemaVersion: 1,
      decision: { ...stored.decision, ...earlier, certifiedRank: null },
    }),
  );
  const { schemaVersion, decision } = readResults(out).results;
  const { explanation, ...facts } = decision;
  const { explanation: _, ...present } = now;
  expect({ schemaVersion, facts }).toEqual({ schemaVersion: 2, facts: { ...present, earlier } });
  expect(facts.verdict).not.toBe("adequate");
  expect(explanation).toContain("This verdict was adequate for rank 2 by an earlier rule");
});

test("results that are whole are read where a trial or the plan beside them is damaged", async () => {
  const { out, plan, finish, complete } = watchedSweep({ seeds: [1, 2] });
  await finish(4);
  complete();
  const noted = () => {
    const { results, file } = readResults(out);
    return olderResultsNote(file, results);
  };
  writeFileSync(join(out, "results", `${trialId(plan.specs[0]!)}.json`), "{");
  expect(noted()).toBeUndefined();
  writeFileSync(join(out, "sweep.json"), "{");
  expect(noted()).toBeUndefined();
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
