import { truncateSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import {
  isShare,
  jsonFile,
  jsonOf,
  member,
  mostJsonBytes,
  scoreFault,
  shareIn,
  wholeIn,
} from "../../../src/readers/rows/json-values.ts";
import { writeRuns } from "../../helpers/evaluators.ts";

describe("JSON", () => {
  test("as Python writes it has null for what is no number, but in texts", () => {
    expect(jsonOf('{"a": NaN, "b": [-Infinity, "NaN \\" Infinity"]}', "x")).toEqual({
      a: null,
      b: [null, 'NaN " Infinity'],
    });
    expect(() => jsonOf("{a}", "x")).toThrow("x must be JSON: ");
  });

  test("in a file that cannot be read, or is too large, is refused", () => {
    const folder = writeRuns({ "a.json": "{}" });
    expect(jsonFile(join(folder, "a.json"))).toEqual({});
    expect(() => jsonFile(join(folder, "b.json"))).toThrow("b.json must be a readable file: ENOENT");
    truncateSync(join(folder, "a.json"), mostJsonBytes + 1);
    expect(() => jsonFile(join(folder, "a.json"))).toThrow(`must have at most ${mostJsonBytes} bytes`);
  });

  test("members are a value's own", () => {
    expect(member({ a: { b: 1 } }, "a", "b")).toBe(1);
    for (const value of [undefined, null, 1, "a", []]) expect(member(value, "constructor")).toBeUndefined();
  });
});

test("a share is a number from 0 to 1, a switch or the text of one", () => {
  expect([0, 0.5, true, "yes", "0.25", "25%"].map(shareIn)).toEqual([0, 0.5, 1, 1, 0.25, 0.25]);
  expect([2, -1, "C", null, [1], Number.NaN].map(shareIn).some(isShare)).toBe(false);
  expect(["7", 7, "x", -1, 1.5, null].map(wholeIn)).toEqual([7, 7, ...Array(4).fill(undefined)]);
});

test("a score that is none is named in short", () => {
  const faults = [2, "x".repeat(99), [1], undefined].map((value) => scoreFault("f1", value));
  const rule = "f1 must be between 0 and 1, got ";
  expect(faults).toEqual([
    `${rule}2`,
    `${rule}"${"x".repeat(59)}`,
    `${rule}a list or an object`,
    `${rule}none`,
  ]);
});
