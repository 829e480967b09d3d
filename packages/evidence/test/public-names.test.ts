import { expect, test } from "vitest";
import { publicNames } from "../../../scripts/public-names.ts";

const names = await publicNames(new URL("../", import.meta.url));

// A new one needs a caller in another package, or a place in the README.
test("each subpath exports these values and no others", () => {
  expect(names).toEqual({
    ".": [
      "decide",
      "decideResults",
      "decideScores",
      "mostLogLoss",
      "nextLook",
      "outcomesFromRows",
      "previewDesign",
      "simulateOutcomes",
      "testScoreOf",
    ],
    "./results": [
      "accuracyOf",
      "armName",
      "boundInUnit",
      "byArm",
      "canonicalJson",
      "canonicalPieces",
      "claimsOf",
      "comparedWords",
      "costFigure",
      "courseOf",
      "figure",
      "inBrief",
      "inUnit",
      "inWords",
      "isLimitSign",
      "isSettled",
      "kindInWords",
      "limitsPage",
      "meanAndInterval",
      "methods",
      "metricOf",
      "metricsBeside",
      "namesIn",
      "nextSteps",
      "percent",
      "rankRows",
      "rankToUse",
      "robustnessTrials",
      "scoreIn",
      "scoresOf",
      "tellsRanksApart",
    ],
    "./methods": ["expectedTrials", "methodTrials", "outcomesFromTrials", "planProbe"],
    "./parse": ["checkResultPart", "parseResults", "stripMeasured"],
    "./names": ["defaultMargins", "methodNames", "metricNames"],
    "./node": [
      "evaluationOf",
      "patternBelow",
      "readAnswers",
      "readRun",
      "readRuns",
      "runPlaces",
      "scoresOfRuns",
    ],
  });
});
