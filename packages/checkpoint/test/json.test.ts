import { describe, expect, test } from "vitest";
import { decodeUtf8, parseJsonObject, strictJsonProblem } from "../src/json.ts";
import { caught } from "./helpers/caught.ts";

const limits = { deepest: 3, mostKeys: 3, mostContainers: 4 };

describe("strictJsonProblem", () => {
  test.each([
    ['{"a":1,"a":2}', 'must not repeat the key "a"'],
    ['{"a":1,"\\u0061":2}', 'must not repeat the key "a"'],
    ['{"x":{"b":1},"y":{"c":1,"c" \n :2}}', 'must not repeat the key "c"'],
    ['{"__proto__":1,"__proto__":2}', 'must not repeat the key "__proto__"'],
    ["[[[[", "must be nested at most 3 deep"],
    ['{"a":1,"b":2,"c":3,"d":4}', "must have at most 3 keys in one object"],
    ["[[],[],[],[]]", "must have at most 4 objects and arrays"],
    [`[${"0,".repeat(41)}0]`, "must have at most 40 elements"],
  ])("finds what JSON.parse forgives in %s", (text, problem) => {
    expect(strictJsonProblem(text, limits)).toBe(problem);
  });

  test.each([
    '{"x":{"a":1},"y":{"a":2},"a":3}',
    '{"a":"b","b":"a","c":["a","a","a"]}',
    '{"a":"\\"a\\":","b":"{{{{{{"}',
    "{}",
  ])("finds nothing in %s", (text) => {
    expect(strictJsonProblem(text, limits)).toBeUndefined();
  });

  test.each(['{"a', '{"a\\', '"', '{"\\u":1,"a":2', "}}}", ""])("ends on %s, which is not JSON", (text) => {
    expect(strictJsonProblem(text, limits)).toBeUndefined();
  });
});

describe("parseJsonObject", () => {
  test("has a limit to how deep it may be nested, brackets in strings not counted", () => {
    const nested = (depth: number) => `{"[[{\\"[":${"[".repeat(depth - 1)}${"]".repeat(depth - 1)}}`;
    expect(parseJsonObject(nested(501), "f")).toBeDefined();
    expect(caught(() => parseJsonObject(nested(502), "f"))).toMatchObject({
      code: "E_JSON",
      message: expect.stringMatching(/^f: .*… must be nested at most 500 deep, got more$/),
    });
  });

  test("names the file and keeps control characters out of the message", () => {
    const error = caught(() => parseJsonObject('{"a": \u001b[2Jx}', "config.json"));
    expect(error.code).toBe("E_JSON");
    expect(error.message).toMatch(/^config\.json must be JSON: /);
    expect(error.message).not.toContain("\u001b");
  });

  test.each([
    ["[1]", "an array"],
    ["null", "null"],
    ["3", "a number"],
  ])("refuses %s", (text, kind) => {
    expect(caught(() => parseJsonObject(text, "f")).message).toBe(`f must be a JSON object, got ${kind}`);
  });

  test("does not pollute objects by __proto__", () => {
    const value = parseJsonObject('{"__proto__":{"polluted":true}}', "f");
    expect(Object.keys(value)).toEqual(["__proto__"]);
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
  });
});

test("bytes that are not UTF-8 are refused, not replaced", () => {
  expect(caught(() => decodeUtf8(Uint8Array.of(0x7b, 0xff), "f")).message).toBe(
    "f must be JSON in UTF-8, got bytes that are not UTF-8",
  );
});
