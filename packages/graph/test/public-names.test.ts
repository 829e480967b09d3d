import { expect, test } from "vitest";
import { absentFromReadme, publicNames } from "../../../scripts/public-names.ts";
import { ops } from "../src/index.ts";

const root = new URL("../", import.meta.url);
const names = { ...(await publicNames(root)), ops: Object.keys(ops).toSorted() };

test("each subpath, and ops, has these values and no others", () => {
  expect(names).toEqual({
    ".": [
      "float32",
      "floats",
      "gradient",
      "int64",
      "isLowRank",
      "onnxRuntimeFrom",
      "ops",
      "program",
      "referenceRuntime",
      "runMemory",
      "sizeOf",
      "splitForwardBackward",
      "toOnnx",
    ],
    "./devices": [
      "checkDevice",
      "checkTensorflowAddon",
      "cudaFiles",
      "deviceRuntime",
      "findTensorflow",
      "onnxBuild",
      "onnxLibrary",
      "onnxRuntime",
      "openDevice",
      "selfTest",
      "surveyDevices",
      "tensorflowFiles",
    ],
    "./installed": ["installedBuild"],
    ops: [
      "add",
      "argMax",
      "cast",
      "constant",
      "crossEntropy",
      "decode4bit",
      "div",
      "exp",
      "gatherRows",
      "gelu",
      "geluTanh",
      "input",
      "layerNorm",
      "log",
      "matMul",
      "mean",
      "mul",
      "padLast",
      "relu",
      "reshape",
      "rmsNorm",
      "rotary",
      "sigmoid",
      "silu",
      "sliceLast",
      "softcap",
      "softmax",
      "sqrt",
      "stopGradient",
      "sub",
      "sum",
      "tanh",
      "transpose",
    ],
  });
});

test("the README names each of them", () => {
  expect(absentFromReadme(root, names)).toEqual([]);
});
