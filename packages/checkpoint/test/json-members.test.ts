import fc from "fast-check";
import { expect, test } from "vitest";
import { jsonMembers } from "../src/config-text.ts";

test("gives each value as it is written", () => {
  const text =
    '{ "eps": 1e-05, "cap":30.0 ,"big": 12345678901234567890,\n "x": {"a": [1.0, "}"]} , "s": "\\"},{", "n":null}';
  expect([...jsonMembers(text)]).toEqual([
    ["eps", "1e-05"],
    ["cap", "30.0"],
    ["big", "12345678901234567890"],
    ["x", '{"a": [1.0, "}"]}'],
    ["s", '"\\"},{"'],
    ["n", "null"],
  ]);
});

test("an empty object has none", () => {
  expect([jsonMembers("{}"), jsonMembers("{ \n}")]).toEqual([new Map(), new Map()]);
});

test("parsed again, the values are those of JSON.parse, in whatever layout", () => {
  fc.assert(
    fc.property(fc.dictionary(fc.string({ unit: "binary" }), fc.jsonValue()), fc.nat(4), (value, indent) => {
      const text = JSON.stringify(value, null, indent);
      const expected = new Map(Object.entries(JSON.parse(text)));
      const members = new Map([...jsonMembers(text)].map(([key, raw]) => [key, JSON.parse(raw)]));
      expect(members).toEqual(expected);
    }),
    { numRuns: 500 },
  );
});
