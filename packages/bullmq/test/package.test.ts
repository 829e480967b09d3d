import { existsSync, readdirSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";

const at = (path: string) => new URL(`../${path}`, import.meta.url);
const manifest = JSON.parse(readFileSync(at("package.json"), "utf8"));

test("pins BullMQ and its client to the versions that were tested", () => {
  const { bullmq, ioredis } = manifest.dependencies;
  expect([bullmq, ioredis]).toEqual(["6.7.0", "5.11.1"]);
});

test("offers its sources first in the workspace, and only what was built when published", () => {
  expect(Object.keys(manifest.exports["."])[0]).toBe("@lorank/source");
  expect(JSON.stringify(manifest.publishConfig.exports)).not.toContain("src/");
  expect(manifest.files).toEqual(["dist"]);
});

test("has a test for each source file", () => {
  const untested = readdirSync(at("src")).filter(
    (file) => !existsSync(at(`test/${file.replace(/\.ts$/, ".test.ts")}`)),
  );
  expect(untested).toEqual(["index.ts"]);
});
