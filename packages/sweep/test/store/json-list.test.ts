import fs, { writeFileSync } from "node:fs";
import { syncBuiltinESMExports } from "node:module";
import { join } from "node:path";
import { canonicalJson } from "@lorank/evidence/results";
import { expect, onTestFinished, test } from "vitest";
import { readAroundList } from "../../src/store/json-list.ts";
import { temporaryFolder } from "../helpers/example.ts";

function fileOf(text: string): string {
  const file = join(temporaryFolder(), "file.json");
  writeFileSync(file, text);
  return file;
}

/** The parts of a text, as they are read around its list `trials`. */
function partsOf(text: string): { around: string; items: string[] } {
  const items: string[] = [];
  return { around: readAroundList(fileOf(text), "trials", (item) => items.push(item)), items };
}

test("gives each item of the list, and the object around it with the list empty", () => {
  const trials = [
    { name: 'a "quoted", [bracketed] {text} \\', nested: [[1, 2], { trials: [3] }] },
    { name: 'é🙂\\"', trials: [] },
    [],
    7,
    "],",
  ];
  const value = { "a,[": ["trials", { trials: [1] }], data: { trials: [1, 2] }, trials, z: '"trials":[1]' };
  const { around, items } = partsOf(canonicalJson(value));
  expect(items.map((item) => JSON.parse(item))).toEqual(trials);
  expect(JSON.parse(around)).toEqual({ ...value, trials: [] });
});

test("an empty list and an object without it have no items", () => {
  for (const value of [{ trials: [] }, { other: [1] }, {}, { trials: { trials: [1] } }])
    expect(partsOf(canonicalJson(value))).toEqual({ around: canonicalJson(value), items: [] });
});

test("wherever a piece of the file ends, the parts are whole", () => {
  const item = { text: 'é"\\🙂[{', list: [1, 2] };
  for (let shift = 0; shift < 40; shift++) {
    const value = { pad: "x".repeat(2 ** 16 - 30 - shift), trials: [item, item], zero: 0 };
    const { around, items } = partsOf(canonicalJson(value));
    expect(items).toEqual([canonicalJson(item), canonicalJson(item)]);
    expect(around).toBe(canonicalJson({ ...value, trials: [] }));
  }
});

test.each([
  '{"trials":[1,]}',
  '{"trials":[,1]}',
  '{"trials":[1 2]}',
  '{"trials":[1',
  '{"trials":[{"a":"b',
  '{"trials":[1]',
  '{"trials":[1]}}',
  '{"trials":[1}',
  "",
])("of a text that is no JSON, a part is none: %s", (text) => {
  const { around, items } = partsOf(text);
  expect(() => [around, ...items].map((part) => JSON.parse(part))).toThrow(SyntaxError);
});

test("an item is given before the rest of the file is read", () => {
  const file = fileOf(canonicalJson({ trials: Array.from({ length: 10 }, () => "x".repeat(2 ** 16)) }));
  const { readSync } = fs;
  onTestFinished(() => {
    fs.readSync = readSync;
    syncBuiltinESMExports();
  });
  let reads = 0;
  fs.readSync = ((...read: Parameters<typeof readSync>) => {
    reads++;
    return readSync(...read);
  }) as typeof readSync;
  syncBuiltinESMExports();
  const readsBefore: number[] = [];
  readAroundList(file, "trials", () => readsBefore.push(reads));
  expect(readsBefore[0]).toBe(2);
  expect(readsBefore).toHaveLength(10);
  expect(readsBefore).toEqual(readsBefore.toSorted((a, b) => a - b));
  expect(reads).toBeGreaterThan(10);
});
