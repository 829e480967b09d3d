import { writeFileSync } from "node:fs";
import { expect, test } from "vitest";
import { SweepStore } from "../../src/store/store.ts";
import { readExamples, testExamplesFile } from "../../src/trainers/example-files.ts";
import { temporaryFolder } from "../helpers/example.ts";

test("there are no examples before the first run, then those that it wrote", () => {
  const store = new SweepStore(temporaryFolder());
  const file = store.path("examples.json");
  expect(readExamples(file)).toBeUndefined();
  writeFileSync(file, '{"examples":["a","b"]}');
  expect(readExamples(file)).toEqual({ examples: ["a", "b"] });
});

test("test examples lie in a folder of their digest", () => {
  const store = new SweepStore(temporaryFolder());
  expect(testExamplesFile(store, "abc")).toBe(store.path("test", "abc", "examples.json"));
});
