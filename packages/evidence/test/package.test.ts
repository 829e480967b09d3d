import { readdirSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { browserBundle, usesOfNode, wholeBundle } from "../../../scripts/browser-bundle.ts";

const root = new URL("../", import.meta.url);
const manifest = JSON.parse(readFileSync(new URL("package.json", root), "utf8"));

test("depends on core, tables and what unpacks an evaluator's archive", () => {
  expect(Object.keys(manifest.dependencies)).toEqual(["@lorank/core", "@lorank/tables", "fzstd", "yauzl"]);
});

test("offers its sources first in the workspace, and only what was built when published", () => {
  for (const entry of [".", "./results", "./node"])
    expect(Object.keys(manifest.exports[entry])[0]).toBe("@lorank/source");
  expect(Object.keys(manifest.publishConfig.exports)).toEqual(Object.keys(manifest.exports));
  const { "./results.schema.json": _, ...built } = manifest.publishConfig.exports;
  expect(JSON.stringify(built)).not.toContain("src/");
});

/** Most bytes of an entry in a page, minified and gzipped, with a tenth to spare over what it is now. */
const ceilings = { "": 76_000, "/results": 42_500 };

test.each(Object.entries(ceilings))(
  "the entry %j bundles for a browser, and stays small",
  async (entry, most) => {
    const bundle = await wholeBundle(`@lorank/evidence${entry}`, root);
    expect(usesOfNode(bundle)).toEqual([]);
    expect(bundle.gzipBytes).toBeLessThan(most);
  },
);

test("the entry for Node does not: this test could see it", async () => {
  await expect(wholeBundle("@lorank/evidence/node", root)).rejects.toThrow('Could not resolve "');
});

test("a bundle holds what it uses: one function of decisions brings no words", async () => {
  const { bytes, code } = await browserBundle(
    'export { fitCrossed } from "./src/decide/interval/components.ts";',
    root,
  );
  expect(code).toContain("fitCrossed");
  expect(bytes).toBeLessThan(3_000);
});

test("what reads rows and columns runs in a browser: only what opens files needs Node", async () => {
  const parts = ["columns", "readers/rows", "readers/scores"].flatMap((folder) =>
    readdirSync(new URL(`src/${folder}`, root)).map((file) => `./src/${folder}/${file}`),
  );
  const source = parts.map((part, i) => `export * as part${i} from ${JSON.stringify(part)};`).join("\n");
  const bundle = await browserBundle(source, root);
  // csv-parse brings a Buffer of its own to browsers.
  expect(usesOfNode(bundle).filter((use) => use !== "Buffer")).toEqual([]);
});
