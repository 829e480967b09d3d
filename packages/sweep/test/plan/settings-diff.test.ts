import { expect, test } from "vitest";
import { formatChanges, settingsDiff } from "../../src/plan/settings-diff.ts";

test("names the path of each setting that differs, in order", () => {
  const before = { ranks: [4, 8], lora: { alpha: 16, dropout: 0 }, name: "a" };
  const after = { name: "a", lora: { dropout: 0.1, alpha: 16 }, ranks: [4, 8, 16] };
  expect(formatChanges(settingsDiff(before, after))).toBe(
    "  lora.dropout: 0 -> 0.1\n  ranks: [4,8] -> [4,8,16]",
  );
});

test("says which side lacks a key", () => {
  expect(formatChanges(settingsDiff({ a: 1 }, { b: { c: "x" } }))).toBe(
    '  a: 1 -> (absent)\n  b.c: (absent) -> "x"',
  );
});

test("takes a key with the value undefined as absent, as JSON does", () => {
  expect(settingsDiff({ a: 1, b: undefined }, { a: 1 })).toEqual([]);
});

test("sees a value that became an object", () => {
  expect(settingsDiff({ a: 1 }, { a: { b: 1 } })).toEqual([
    { path: "a", before: "1" },
    { path: "a.b", after: "1" },
  ]);
});
