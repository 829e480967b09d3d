import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { publicNames } from "../../../scripts/public-names.ts";

const root = new URL("../", import.meta.url);
const names = await publicNames(root);

test("each subpath exports these values and no others", () => {
  expect(names).toEqual({
    ".": [
      "add",
      "addToColumns",
      "argMax",
      "cast",
      "computeDtypes",
      "constant",
      "crossEntropy",
      "decode4bit",
      "decodedBytes",
      "div",
      "erf",
      "exp",
      "expand",
      "float32",
      "floats",
      "gatherColumns",
      "gatherRows",
      "gelu",
      "geluTanh",
      "gradient",
      "input",
      "int64",
      "interpret",
      "layerNorm",
      "log",
      "matMul",
      "mean",
      "mul",
      "onnxRuntimeFrom",
      "padLast",
      "peakBytes",
      "program",
      "referenceRuntime",
      "relu",
      "reshape",
      "rmsNorm",
      "rotary",
      "runAllocations",
      "scatterAddRows",
      "sigmoid",
      "silu",
      "sizeOf",
      "sliceLast",
      "softcap",
      "softmax",
      "splitForwardBackward",
      "sqrt",
      "stopGradient",
      "sub",
      "sum",
      "tanh",
      "toOnnx",
      "transpose",
      "uint8",
      "unitRoundoff",
      "vjp",
    ],
    "./devices": [
      "checkTensorflowAddon",
      "computeDtypesOf",
      "deviceNames",
      "deviceRuntime",
      "findTensorflow",
      "missingLibraries",
      "onnxRuntime",
      "openDevice",
      "selfTest",
      "surveyDevices",
      "tensorflowFiles",
      "tensorflowRuntime",
    ],
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
