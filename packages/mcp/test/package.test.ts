import { readFileSync } from "node:fs";
import { expect, test } from "vitest";

const manifest = JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8"));

test("needs the SDK alone, in the version that was tested", () => {
  expect(manifest.dependencies).toEqual({ "@modelcontextprotocol/sdk": "1.32.2" });
});

test("offers its sources first in the workspace, and only what was built when published", () => {
  expect(Object.keys(manifest.exports["."])[0]).toBe("@lorank/source");
  expect(JSON.stringify(manifest.publishConfig.exports)).not.toContain("src/");
  expect(manifest.files).toEqual(["dist"]);
});
