import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { publicNames } from "../../../scripts/public-names.ts";

const root = new URL("../", import.meta.url);
const names = await publicNames(root);

test("each subpath exports these values and no others", () => {
  expect(names).toEqual({
    ".": [
      "blockSizes",
      "byteLevels4bit",
      "compressAbsmax",
      "dequantize4bit",
      "dequantizeFp4",
      "dequantizeNf4",
      "dynamicLevels",
      "errorFigures",
      "levels4bit",
      "nestedBlockSize",
      "quantize4bit",
      "quantizeDefaults",
      "quantizeFp4",
      "quantizeNf4",
      "quantizedNames",
      "quantizedTensors",
      "readQuantized",
      "restoreAbsmax",
      "storage4bit",
    ],
  });
});

test("the README names each of them", () => {
  const readme = readFileSync(new URL("README.md", root), "utf8");
  expect(
    Object.values(names)
      .flat()
      .filter((name) => !readme.includes(name)),
  ).toEqual([]);
});
