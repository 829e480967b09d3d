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
      "predictGenerateMemory",
      "predictTrialMemory",
      "runTrial",
      "trainLora",
      "trainPrepared",
    ],
    "./browser": ["loadDataset", "prepareTraining", "runTrial"],
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
      "createAdamW",
      "evaluateTexts",
      "evaluateTokenTensors",
      "familyOf",
      "generate",
      "optimizerStep",
      "pretrain",
      "promptTokens",
      "randomBase",
      "randomStream",
      "readBase",
      "untrainedAdapter",
      "weightShapes",
    ],
    "./spec": ["alphaRule", "brokenRules", "normalisedLora", "trialId", "trialSpec"],
    "./defaults": ["isProcessor", "trainDefaults"],
    "./names": ["trainingNames"],
    "./quantize": ["dequantizedWeights", "quantizeModel"],
    "./tokenizer": ["createTokenizer"],
  });
});

test("the README names each of them", () => {
  expect(absentFromReadme(root, names)).toEqual([]);
});
