import { expect, test } from "vitest";
import { absentFromReadme, publicNames } from "../../../scripts/public-names.ts";

const root = new URL("../", import.meta.url);
const names = await publicNames(root);

test("each subpath exports these values and no others", () => {
  expect(names).toEqual({
    ".": [
      "evaluateAdapters",
      "measureTrial",
      "nodeInputs",
      "predictEngineMemory",
      "predictTrialMemory",
      "runTrial",
      "trainLora",
      "trainPrepared",
    ],
    "./browser": ["adaptersOn", "loadDataset", "prepareTraining", "runTrial"],
    "./data": [
      "decodeDataset",
      "encodeDataset",
      "exampleTable",
      "questionTexts",
      "questionsOf",
      "splitTrainValidation",
      "trainedRows",
    ],
    "./engine": [
      "Transformer",
      "adaptedModel",
      "evaluateTexts",
      "evaluateTokenTensors",
      "familyOf",
      "generate",
      "promptTokens",
      "randomBase",
      "randomStream",
      "readBase",
      "untrainedAdapter",
    ],
    "./spec": [
      "alphaRule",
      "brokenRules",
      "normalisedLora",
      "patternLists",
      "pointsInterval",
      "trialId",
      "trialSpec",
    ],
    "./defaults": ["isProcessor", "trainDefaults"],
    "./names": [
      "baseLossesIn",
      "evaluationCount",
      "forgettingOutcome",
      "pointCount",
      "pointSteps",
      "pointsCost",
      "pointsWords",
      "stepsOf",
      "trainingNames",
    ],
    "./quantize": ["dequantizedWeights", "quantizeModel"],
    "./tokenizer": ["createTokenizer"],
  });
});

test("the README names each of them", () => {
  expect(absentFromReadme(root, names)).toEqual([]);
});
