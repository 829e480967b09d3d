import { expect, test } from "vitest";
import { publicNames } from "../../../scripts/public-names.ts";

const names = await publicNames(new URL("../", import.meta.url));

// A new one needs a caller in another package, or a place in the README.
test("each subpath exports these values and no others", () => {
  expect(names).toEqual({
    ".": [
      "InputError",
      "adapterKinds",
      "assertList",
      "assertOptions",
      "assertRank",
      "countLoraParams",
      "counted",
      "cutText",
      "editDistance",
      "firstOf",
      "formatByteRange",
      "formatBytes",
      "formatCount",
      "formatDecimalBytes",
      "isInputError",
      "jsonIssues",
      "kindOf",
      "listInWords",
      "machineErrorCode",
      "nearest",
      "parseJson",
      "printable",
      "scalingOf",
      "wholeNumber",
      "withMembers",
    ],
    "./models": [
      "modelShapeFromConfig",
      "modelTypes",
      "namesMatching",
      "selectTargets",
      "targetLayers",
      "targetNames",
      "trainableModelFromConfig",
    ],
    "./spectrum": ["spectrumOf", "truncateLora"],
    "./memory": [
      "answerSentence",
      "byteFormat",
      "catalogueModels",
      "checkSettings",
      "estimateRanks",
      "estimateTraining",
      "matchCatalogueModel",
      "memoryBars",
      "memoryBarsStyle",
      "methodsOf",
      "objectiveWords",
      "profileOf",
      "provenBounds",
      "smallestCardSentence",
      "staticBytes",
    ],
    "./memory-names": ["cardsOf", "findCard", "memoryDefaults", "memoryNames", "readCards"],
    "./measured": ["measuredErrors", "measurementNear"],
    "./time": ["hoursCell", "rankHours", "rankTime", "timeAnswer", "timeAssumptions", "timeSentence"],
    "./chapter": [
      "chapterPrintout",
      "estimateLoraParams",
      "estimateTrainingMemory",
      "fillRankComparison",
      "runRankComparison",
    ],
  });
});
