import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import * as sweep from "../src/index.ts";

test("exports these names and no others, and the README names each of them", () => {
  const names = Object.keys(sweep).toSorted();
  expect(names).toEqual([
    "SweepStore",
    "assertResultsFolder",
    "earlierSearch",
    "expectedTrials",
    "measureTime",
    "planSweep",
    "preparePlan",
    "robustnessSpecs",
    "runOptions",
    "runPlan",
    "runSweep",
    "searchSettings",
    "searchedPlan",
    "trialEnvironment",
    "trialId",
    "trialsPerProcessInWords",
    "whyOneTrialPerProcess",
  ]);
  const readme = readFileSync(new URL("../README.md", import.meta.url), "utf8");
  expect(names.filter((name) => !readme.includes(name))).toEqual([]);
});
