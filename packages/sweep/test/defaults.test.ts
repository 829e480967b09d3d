import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { runDefaults } from "../src/defaults.ts";
import { runOptions } from "../src/run-options.ts";

test("a command's help can read them without loading anything else", () => {
  const source = readFileSync(new URL("../src/defaults.ts", import.meta.url), "utf8");
  expect(source).not.toMatch(/^import|from "/m);
});

test("are what is run by where nothing is asked for", () => {
  expect(runOptions()).toMatchObject(runDefaults);
});
