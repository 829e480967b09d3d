import { existsSync, readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { describe, expect, test } from "vitest";

const at = (path: string) => new URL(`../${path}`, import.meta.url);
const manifest = JSON.parse(readFileSync(at("package.json"), "utf8"));

describe("the package", () => {
  test("depends on core, tables, evidence, checkpoint and train", () => {
    expect(Object.keys(manifest.dependencies).toSorted()).toEqual([
      "@lorank/checkpoint",
      "@lorank/core",
      "@lorank/evidence",
      "@lorank/tables",
      "@lorank/train",
    ]);
  });

  test("builds the worker beside the library, which starts it from there", () => {
    const config = readFileSync(at("tsup.config.ts"), "utf8");
    expect(config).toContain('worker: "src/worker/worker.ts"');
    expect(existsSync(at("src/worker/worker.ts"))).toBe(true);
  });

  test("its entry for browsers bundles for one, without anything of Node", async () => {
    const { outputFiles } = await build({
      entryPoints: [fileURLToPath(at("src/browser.ts"))],
      bundle: true,
      format: "esm",
      platform: "browser",
      conditions: ["@lorank/source"],
      write: false,
    });
    expect(outputFiles[0]!.text).not.toMatch(/["']node:/);
  });

  test("offers its sources first in the workspace, and only what was built when published", () => {
    expect(Object.keys(manifest.exports["."])[0]).toBe("@lorank/source");
    expect(existsSync(at(manifest.exports["."]["@lorank/source"]))).toBe(true);
    expect(JSON.stringify(manifest.publishConfig.exports)).not.toContain("src/");
    expect(manifest.files).toEqual(["dist"]);
  });

  test("has a test for each source file that does something", () => {
    const entries = Object.values(manifest.exports).map(
      (entry) => (entry as Record<string, string>)["@lorank/source"],
    );
    const sources = readdirSync(at("src"), { recursive: true, encoding: "utf8" });
    const untested = sources.filter(
      (file) =>
        file.endsWith(".ts") &&
        !entries.includes(`./src/${file}`) &&
        !existsSync(at(`test/${file.replace(/\.ts$/, ".test.ts")}`)),
    );
    // Types and constants only.
    expect(untested.toSorted()).toEqual([
      "executor/executor.ts",
      "plan/job.ts",
      "prepare/setting-names.ts",
      "search/setting-search.ts",
      "version.ts",
    ]);
  });
});
