import { readFileSync } from "node:fs";
import { expect, test } from "vitest";

const { exports } = JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8")) as {
  readonly exports: Readonly<Record<string, string | { readonly "@lorank/source": string }>>;
};
const readme = readFileSync(new URL("../README.md", import.meta.url), "utf8");

const names: Readonly<Record<string, readonly string[]>> = {
  ".": [
    "evaluate",
    "evaluateAdapters",
    "evaluateTokenTensors",
    "fromPeftAdapter",
    "loadAdaptedModel",
    "measureSteps",
    "measureTrial",
    "predictEngineMemory",
    "predictTrialMemory",
    "runStackedTrials",
    "runTrial",
    "toPeftAdapter",
  ],
  "./data": [
    "datasetSha256",
    "decodeDataset",
    "encodeDataset",
    "encodeTestExamples",
    "guessTask",
    "instructionTableOf",
    "loadDataset",
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
  "./quantize": ["quantizeModel", "suggestKeepLayers"],
  "./tokenizer": ["createTokenizer", "padTokens", "renderChat"],
};

test("these are the subpaths", () => {
  expect(Object.keys(exports).toSorted()).toEqual([...Object.keys(names), "./package.json"].toSorted());
});

test.each(Object.keys(names))(
  "%s exports these names and no others, and the README names each",
  async (subpath) => {
    const { "@lorank/source": source } = exports[subpath] as { readonly "@lorank/source": string };
    const found = Object.keys(await import(new URL(`../${source}`, import.meta.url).href)).toSorted();
    expect(found).toEqual(names[subpath]);
    expect(found.filter((name) => !new RegExp(`\\b${name}\\b`).test(readme))).toEqual([]);
  },
);
