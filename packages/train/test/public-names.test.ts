import { expect, test } from "vitest";
import { absentFromReadme, publicNames } from "../../../scripts/public-names.ts";

const root = new URL("../", import.meta.url);
const names = await publicNames(root);

test("each subpath exports these values and no others", () => {
  expect(names).toEqual({
    ".": [
      "cutNote",
      "evaluate",
      "evaluateAdapters",
      "evaluateTokenTensors",
      "fromPeftAdapter",
      "loadAdaptedModel",
      "measureTrial",
      "predictEngineMemory",
      "predictTrialMemory",
      "prepareTraining",
      "runTrial",
      "toPeftAdapter",
      "trainLora",
      "trainPrepared",
    ],
    "./browser": [
      "adaptedModel",
      "bytesSource",
      "evaluateAdapters",
      "evaluateTokenTensors",
      "isCheckpointInterval",
      "isTrialId",
      "loadDataset",
      "modelSource",
      "prepareTraining",
      "runTrial",
      "trainDefaults",
      "trainRunDefaults",
      "trialId",
      "trialSpec",
    ],
    "./data": [
      "datasetSha256",
      "decodeDataset",
      "delimiters",
      "encodeDataset",
      "encodeTestExamples",
      "encodings",
      "guessTask",
      "instructionTableOf",
      "loadDataset",
      "longTexts",
      "pieceDecoder",
      "readDataRows",
      "readRows",
      "splitTrainValidation",
      "textTableOf",
      "textTemplate",
      "tokenizeClassification",
      "tokenizeInstructionRows",
      "tokenizeInstructions",
      "tokenizeTextRows",
    ],
    "./engine": [
      "IGNORE_INDEX",
      "Transformer",
      "adapterShape",
      "assertWeights",
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
    "./tokenizer": ["createTokenizer", "padTokens", "renderChat"],
  });
});

test("the README names each of them", () => {
  expect(absentFromReadme(root, names)).toEqual([]);
});
