import { existsSync, readdirSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import * as quant from "../src/index.ts";

const at = (path: string) => new URL(`../${path}`, import.meta.url);
const manifest = JSON.parse(readFileSync(at("package.json"), "utf8"));
const sources = readdirSync(at("src"));

describe("the package", () => {
  test("exports these names and no others, and the README tells of each", () => {
    const names = Object.keys(quant).toSorted();
    expect(names).toEqual([
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
      "quantizeFp4",
      "quantizeNf4",
      "quantizedNames",
      "quantizedTensors",
      "readQuantized",
      "restoreAbsmax",
      "storage4bit",
    ]);
    const readme = readFileSync(at("README.md"), "utf8");
    expect(names.filter((name) => !readme.includes(name))).toEqual([]);
  });
  test("depends on core alone and uses nothing of Node, so it runs in a browser", () => {
    expect(Object.keys(manifest.dependencies)).toEqual(["@lorank/core"]);
    const code = sources.map((file) => readFileSync(at(`src/${file}`), "utf8")).join("\n");
    expect(code).not.toMatch(/from "node:|\bprocess\.|\bBuffer\b|\bconsole\./);
  });
  test("publishes the build alone, and the workspace reads its sources first", () => {
    expect(manifest.files).toEqual(["dist"]);
    expect(JSON.stringify(manifest.publishConfig.exports)).not.toContain("src/");
    const [first, path] = Object.entries<string>(manifest.exports["."])[0]!;
    expect(first).toBe("@lorank/source");
    expect(existsSync(at(path))).toBe(true);
  });
  test("has a test for each source file", () => {
    const untested = sources.filter((file) => !existsSync(at(`test/${file.replace(/\.ts$/, ".test.ts")}`)));
    // quantized.ts holds a type and its check, which dequantize.test.ts provokes; the two others are the halves of what
    // checkpoint-read.test.ts and checkpoint-write.test.ts hold against bitsandbytes' files
    expect(untested).toEqual(["checkpoint-names.ts", "index.ts", "quant-state.ts", "quantized.ts"]);
  });
});
