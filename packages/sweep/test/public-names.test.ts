import { expect, test } from "vitest";
import { absentFromReadme, publicNames } from "../../../scripts/public-names.ts";

const root = new URL("../", import.meta.url);
const names = await publicNames(root);

test("each subpath exports these values and no others", () => {
  expect(names).toEqual({
    ".": ["measureTime", "planSweep", "prepareCommand", "resultsSoFar", "runOptions", "runPlan"],
    "./browser": ["TimeLeft", "bestTrial", "gridResults", "planPrepared"],
    "./engine": [
      "earlierSearch",
      "plannedSearch",
      "preparePlan",
      "runSweep",
      "searchSettings",
      "sweepEvaluator",
    ],
    "./executor": ["SlurmQueue", "localExecutor", "placeOn", "slurmExecutor"],
    "./folder": [
      "RunningCurves",
      "SweepStore",
      "assertResultsFolder",
      "chosenChecks",
      "exampleChoices",
      "outcomesOf",
      "plannedTrials",
      "publishedAdapters",
      "publishedOf",
      "rankChanges",
      "readPlan",
      "requestCancel",
      "settingsFile",
      "sweepStatus",
    ],
    "./defaults": ["sweepDefaults"],
  });
});

test("the README names each of them", () => {
  expect(absentFromReadme(root, names)).toEqual([]);
});
