import { describe, expect, test } from "vitest";
import { canonicalJson, canonicalPieces } from "../../src/schema/canonical-json.ts";

describe("canonicalJson", () => {
  test("writes the example of RFC 8785, section 3.2.2", () => {
    const input: unknown = JSON.parse(
      '{"numbers":[333333333.33333329,1E30,4.50,2e-3,0.000000000000000000000000001],' +
        '"string":"\\u20ac$\\u000F\\u000aA\'\\u0042\\u0022\\u005c\\\\\\"\\/","literals":[null,true,false]}',
    );
    expect(canonicalJson(input)).toBe(
      '{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],' +
        '"string":"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/"}',
    );
  });

  test("sorts keys by UTF-16 code units: the example of section 3.2.3", () => {
    const keys = ["\u20ac", "\r", "\ufb33", "1", "\ud83d\ude00", "\u0080", "\u00f6"];
    const text = canonicalJson(Object.fromEntries(keys.map((key) => [key, 0])));
    const sorted = ["\r", "1", "\u0080", "\u00f6", "\u20ac", "\ud83d\ude00", "\ufb33"];
    expect(Object.keys(JSON.parse(text) as object).filter((key) => key !== "1")).toEqual(
      sorted.filter((key) => key !== "1"),
    );
    expect(text.indexOf('"1"')).toBeGreaterThan(text.indexOf('"\\r"'));
    expect(text.indexOf('"1"')).toBeLessThan(text.indexOf('"\u0080"'));
  });

  test("gives one text for one value, in whatever order it was built", () => {
    expect(canonicalJson({ b: { y: 1, x: 2 }, a: -0 })).toBe(canonicalJson({ a: 0, b: { x: 2, y: 1 } }));
  });

  // biome-ignore lint/suspicious/noSparseArray: a hole is one of the values that JSON cannot hold
  const sparse = [1, , 3];
  test.each([
    [{ loss: [0.5, Number.NaN] }, "$.loss[1] must be a finite number, got NaN"],
    [{ loss: Number.POSITIVE_INFINITY }, "$.loss must be a finite number, got Infinity"],
    [{ a: { b: undefined } }, "$.a.b must be a JSON value, got undefined"],
    [sparse, "$[1] must be a JSON value, got undefined"],
    [{ f: () => 1 }, "$.f must be a JSON value, got function"],
    [10n, "$ must be a JSON value, got bigint"],
    [{ when: new Date(0) }, "$.when must be a plain object or array, got Date"],
    [{ data: new Float32Array(2) }, "$.data must be a plain object or array, got Float32Array"],
    [{ name: "\ud800" }, '$.name must be well-formed Unicode, got "\\ud800"'],
  ])("rejects what JSON cannot hold: %o", (value, message) => {
    expect(() => canonicalJson(value)).toThrow(
      expect.objectContaining({ code: "E_CANONICAL_JSON", message }),
    );
  });
});

test("a list of numbers is written as each of them is, and one that is none is named by its place", () => {
  const numbers = [1, -0, 1e21, 0.1, 5e-324];
  expect(canonicalJson(numbers)).toBe(`[${numbers.map((one) => canonicalJson(one)).join(",")}]`);
  expect(() => canonicalJson({ a: [1, Number.NaN] })).toThrow("$.a[1] must be a finite number, got NaN");
  // biome-ignore lint/suspicious/noSparseArray: a hole is what is tested
  expect(() => canonicalJson([1, , 2])).toThrow("$[1] must be a JSON value, got undefined");
});

test("an object in pieces is the same text: a piece for each member and for each item of its lists", () => {
  const value = { trials: [{ b: 1, a: [2] }, "x", [3]], none: [], seeds: [1, 2], data: { n: null } };
  const pieces = [...canonicalPieces(value)];
  expect(pieces).toEqual([
    '{"data":{"n":null}',
    ',"none":[]',
    ',"seeds":[1,2]',
    ',"trials":[{"a":[2],"b":1}',
    ',"x"',
    ",[3]",
    "]",
    "}",
  ]);
  expect(pieces.join("")).toBe(canonicalJson(value));
  expect([...canonicalPieces({})].join("")).toBe("{}");
  expect(() => [...canonicalPieces({ trials: [{}, { loss: Number.NaN }] })]).toThrow(
    "$.trials[1].loss must be a finite number, got NaN",
  );
  expect(() => [...canonicalPieces({ list: ["a", undefined] })]).toThrow("$.list[1] must be a JSON value");
  expect(() => [...canonicalPieces(new Date(0))]).toThrow("$ must be a plain object or array, got Date");
});
