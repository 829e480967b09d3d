import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { describe, expect, test } from "vitest";

const root = new URL("../", import.meta.url);
const manifest = JSON.parse(readFileSync(new URL("package.json", root), "utf8")) as {
  readonly dependencies: Record<string, string>;
  readonly exports: Record<string, string | Record<string, string>>;
  readonly publishConfig: { readonly exports: unknown };
};
const sources = readdirSync(new URL("src/", root), { recursive: true, encoding: "utf8" }).filter((file) =>
  /\.tsx?$/.test(file),
);

describe("the package", () => {
  test("needs the results schema, kinds of adapters, a renderer and two chart helpers, nothing else", () => {
    expect(Object.keys(manifest.dependencies).sort()).toEqual([
      "@lorank/core",
      "@lorank/evidence",
      "d3-scale",
      "d3-shape",
      "preact",
      "preact-render-to-string",
    ]);
  });
  test("publishes the same entry points as it tests, without the source condition", () => {
    const published = Object.fromEntries(
      Object.entries(manifest.exports).map(([entry, target]) => {
        if (typeof target === "string") return [entry, target];
        const { "@lorank/source": _, ...rest } = target;
        return [entry, rest];
      }),
    );
    expect(Object.keys(manifest.exports)).toEqual([".", "./comparison", "./page", "./package.json"]);
    expect(manifest.publishConfig.exports).toEqual(published);
  });
  test.each(sources)(
    "src/%s knows of the other packages only the results schema and kinds of adapters",
    (file) => {
      const text = readFileSync(new URL(`src/${file}`, root), "utf8");
      const foreign = [...text.matchAll(/from "(@lorank\/[^"]+)"/g)].map((match) => match[1]);
      // Words and types of the one page that has two results.
      const ofComparison = file.startsWith("comparison/") ? ["@lorank/evidence/compare"] : [];
      const known = ["@lorank/evidence/results", "@lorank/core", ...ofComparison];
      expect(foreign.filter((specifier) => !known.includes(specifier!))).toEqual([]);
    },
  );
  test.each(sources.filter((file) => file.endsWith(".tsx")))(
    "src/%s names its JSX runtime, for tools that do not read this package's tsconfig",
    (file) => {
      const [first, second] = readFileSync(new URL(`src/${file}`, root), "utf8").split("\n");
      expect([first, second]).toEqual(["/** @jsxRuntime automatic */", "/** @jsxImportSource preact */"]);
    },
  );
  test.each(sources)("src/%s holds one idea in at most 300 lines", (file) => {
    expect(readFileSync(new URL(`src/${file}`, root), "utf8").split("\n").length).toBeLessThanOrEqual(300);
  });
  test("exports what makes a page, and its pieces", async () => {
    const names = Object.keys(await import("../src/index.ts")).toSorted();
    expect(names).toEqual([
      "liveParts",
      "liveStyleSheet",
      "renderLive",
      "renderReport",
      "renderReportSections",
    ]);
  });
  test.each(["index", "comparison"])("bundles %s for a browser, without anything of Node", async (entry) => {
    const { outputFiles } = await build({
      entryPoints: [fileURLToPath(new URL(`src/${entry}.ts`, root))],
      bundle: true,
      format: "esm",
      platform: "browser",
      conditions: ["@lorank/source"],
      write: false,
    });
    expect(outputFiles[0]!.text).not.toMatch(/["']node:/);
  });
});
