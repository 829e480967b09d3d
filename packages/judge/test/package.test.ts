import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";
import { expect, test } from "vitest";

const at = (path: string) => fileURLToPath(new URL(`../${path}`, import.meta.url));
const manifest = JSON.parse(readFileSync(at("package.json"), "utf8"));

test("pins the libraries whose scores were compared with promptfoo's", () => {
  expect(manifest.dependencies).toEqual({
    "@lorank/core": "workspace:^",
    "fastest-levenshtein": "1.0.16",
    "js-rouge": "3.2.3",
  });
});

test("offers its sources first in the workspace, and only what was built when published", () => {
  for (const entry of [".", "./node"]) expect(Object.keys(manifest.exports[entry])[0]).toBe("@lorank/source");
  expect(Object.keys(manifest.publishConfig.exports)).toEqual(Object.keys(manifest.exports));
  expect(JSON.stringify(manifest.publishConfig.exports)).not.toContain("src/");
  expect(manifest.files).toEqual(["dist"]);
});

test("the main entry bundles for a browser, and stays small", async () => {
  const { outputFiles, warnings } = await build({
    entryPoints: [at("src/index.ts")],
    bundle: true,
    write: false,
    minify: true,
    format: "esm",
    platform: "browser",
    conditions: ["@lorank/source"],
    target: "es2022",
    logLevel: "silent",
  });
  expect(warnings).toEqual([]);
  expect(gzipSync(outputFiles[0]!.contents).length).toBeLessThan(6_800); // 6,600 now, 700 of it checks of options
});
