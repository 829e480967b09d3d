import { expect, test } from "vitest";
import { absentFromReadme, publicNames } from "../../../scripts/public-names.ts";

const root = new URL("../", import.meta.url);
const names = await publicNames(root);

test("each subpath exports these values and no others", () => {
  expect(names).toEqual({
    ".": [
      "adaptedModel",
      "cutNote",
      "evaluate",
      "evaluateAdapters",
      "evaluateTokenTensors",
      "generate",
      "measureTrial",
      "nodeInputs",
      "predictEngineMemory",
      "predictTrialMemory",
      "prepareTraining",
      "runTrial",
      "trainLora",
      "trainPrepared",
    ],
    "./browser": ["adaptedModel", "evaluateTokenTensors", "loadDataset", "prepareTraining", "runTrial"],
    "./data": [
      "datasetSha256",
      "decodeDataset",
      "defaultFormat",
      "encodeDataset",
      "encodeTestExamples",
      "groupNumbers",
      "guessTask",
      "instructionTableOf",
      "loadDataset",
      "longTexts",
      "noGroups",
      "pieceDecoder",
      "promptTokens",
      "questionOf",
      "readDataRows",
      "splitTrainValidation",
      "textTableOf",
      "textTemplate",
      "tokenizeInstructionRows",
    ],
    "./engine": [
      "IGNORE_INDEX",
      "Transformer",
      "adapterShape",
      "createAdamW",
      "familyOf",
      "headOf",
      "initialAdapter",
      "initialHead",
      "meanOfTokens",
      "noAdapter",
      "optimizerStep",
      "pretrain",
      "randomBase",
      "randomStream",
      "readBase",
      "resolveTargets",
      "weightShapes",
    ],
    "./spec": ["brokenRules", "checkTraining", "isCount", "isDistinct", "isTrialId", "trialId", "trialSpec"],
    "./defaults": ["isCheckpointInterval", "isProcessor", "trainDefaults", "trainRunDefaults"],
    "./quantize": ["dequantizedWeights", "quantizeModel"],
    "./tokenizer": ["createTokenizer", "renderChat"],
  });
});

test("the README names each of them", () => {
  expect(absentFromReadme(root, names)).toEqual([]);
});
