import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { usesOfNode, wholeBundle } from "../../../scripts/browser-bundle.ts";

const root = new URL("../", import.meta.url);
const manifest = JSON.parse(readFileSync(new URL("package.json", root), "utf8"));

test("pins the readers whose sources were read", () => {
  expect(manifest.dependencies).toEqual({
    "@lorank/core": "workspace:^",
    "csv-parse": "7.0.3",
    hyparquet: "1.31.5",
    "hyparquet-compressors": "1.1.2",
  });
});

test("offers its sources first in the workspace, and only what was built when published", () => {
  for (const entry of [".", "./node"]) expect(Object.keys(manifest.exports[entry])[0]).toBe("@lorank/source");
  expect(Object.keys(manifest.publishConfig.exports)).toEqual(Object.keys(manifest.exports));
  expect(JSON.stringify(manifest.publishConfig.exports)).not.toContain("src/");
  expect(manifest.files).toEqual(["dist"]);
});

test("the main entry bundles for a browser, and stays small", async () => {
  const bundle = await wholeBundle("@lorank/tables", root);
  // csv-parse brings a Buffer of its own to browsers.
  expect(usesOfNode(bundle).filter((use) => use !== "Buffer")).toEqual([]);
  expect(bundle.bytes).toBeLessThan(246_000); // 241 kB: Parquet and its compression 155, CSV 50
});

test("the entry for Node does not: this test could see it", async () => {
  await expect(wholeBundle("@lorank/tables/node", root)).rejects.toThrow('Could not resolve "node:');
});
