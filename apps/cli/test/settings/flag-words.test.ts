import { InputError } from "@lorank/core";
import { expect, test } from "vitest";
import { camelCase, camelKeys, flagOf, inFlagWords } from "../../src/flags/flag-names.ts";

test("a setting and its flag are one name in two forms", () => {
  for (const setting of ["learningRate", "out", "maxLength"])
    expect(camelCase(flagOf(setting).slice(2))).toBe(setting);
  expect(flagOf("testExamples")).toBe("--test-examples");
  expect(camelKeys({ "learning-rate": 1, out: "x" })).toEqual({ learningRate: 1, out: "x" });
});

test("errors about the results folder name the flag; others stay what they are", () => {
  expect(inFlagWords(new InputError("E_OUT", "out must be a folder"))).toMatchObject({
    code: "E_OUT",
    message: "--out must be a folder",
  });
  const two = new InputError("E_CONFIG", "seq must be 1, got 2\nrank must be 1\nvllmShare must be 0");
  expect(inFlagWords(two, ["seq", "vllmShare"])).toMatchObject({
    message: "--seq must be 1, got 2\nrank must be 1\n--vllm-share must be 0",
  });
  const other = new Error("out must");
  expect(inFlagWords(other)).toBe(other);
});
