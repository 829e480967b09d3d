import { expect, test } from "vitest";
import { absentFromReadme, publicNames } from "../../../scripts/public-names.ts";

const root = new URL("../", import.meta.url);
const names = await publicNames(root);

test("each subpath exports these values and no others", () => {
  expect(names).toEqual({
    ".": [
      "dequantize4bit",
      "errorFigures",
      "levels4bit",
      "quantize4bit",
      "quantizeDefaults",
      "restoreAbsmax",
      "storage4bit",
    ],
    "./checkpoint": ["quantizedNames", "quantizedTensors", "readQuantized"],
  });
});

test("the README names each of them", () => {
  expect(absentFromReadme(root, names)).toEqual([]);
});
