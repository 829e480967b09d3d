import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { publicNames } from "../../../scripts/public-names.ts";

const root = new URL("../", import.meta.url);
const names = await publicNames(root);

test("each subpath exports these values and no others", () => {
  expect(names).toEqual({
    ".": [
      "SweepStore",
      "assertResultsFolder",
      "earlierSearch",
      "expectedTrials",
      "measureTime",
      "planSweep",
      "preparePlan",
      "robustnessSpecs",
      "robustnessTrials",
      "runOptions",
      "runPlan",
      "runSweep",
      "searchSettings",
      "searchedPlan",
      "trialEnvironment",
      "trialsPerProcessInWords",
      "whyOneTrialPerProcess",
    ],
    "./defaults": ["runDefaults", "sweepDefaults"],
  });
});

test("the README names each of them", () => {
  const readme = readFileSync(new URL("README.md", root), "utf8");
  expect(
    Object.values(names)
      .flat()
      .filter((name) => !new RegExp(`\\b${name}\\b`).test(readme)),
  ).toEqual([]);
});
