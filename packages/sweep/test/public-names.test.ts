import { expect, test } from "vitest";
import { absentFromReadme, publicNames } from "../../../scripts/public-names.ts";

const root = new URL("../", import.meta.url);
const names = await publicNames(root);

test("each subpath exports these values and no others", () => {
  expect(names).toEqual({
    ".": [
      "RunningLosses",
      "SweepStore",
      "assertResultsFolder",
      "chosenChecks",
      "decisionSoFar",
      "earlierSearch",
      "exampleChoices",
      "measureTime",
      "outcomesOf",
      "planSweep",
      "plannedTrials",
      "prepareCommand",
      "preparePlan",
      "publishedAdapters",
      "rankChanges",
      "readPlan",
      "requestCancel",
      "runOptions",
      "runPlan",
      "runSweep",
      "searchSettings",
      "settingsFile",
      "sweepEvaluator",
      "sweepStatus",
    ],
    "./browser": ["TimeLeft", "bestTrial", "gridResults", "planPrepared"],
    "./executor": ["SlurmQueue", "localExecutor", "placeOn", "slurmExecutor"],
    "./defaults": ["sweepDefaults"],
  });
});

test("the README names each of them", () => {
  expect(absentFromReadme(root, names)).toEqual([]);
});
