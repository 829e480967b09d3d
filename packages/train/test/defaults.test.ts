import { readFileSync } from "node:fs";
import { expect, test } from "vitest";

test("a command's help can read them without loading anything else", () => {
  const source = readFileSync(new URL("../src/defaults.ts", import.meta.url), "utf8");
  expect(source).toContain("export const trainDefaults");
  expect(source).not.toMatch(/^import|from "/m);
});
