import { mkdirSync } from "node:fs";
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
