import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";
import { describe, expect, test } from "vitest";

const root = new URL("../", import.meta.url);
const manifest = JSON.parse(readFileSync(new URL("package.json", root), "utf8")) as Record<string, unknown>;
const sources = readdirSync(new URL("src/", root), { recursive: true, encoding: "utf8" }).filter((file) =>
  file.endsWith(".ts"),
);

/** Most bytes of each entry point in a page, minified and gzipped, with a tenth to spare over what it is now. */
const ceilings: Readonly<Record<string, number>> = {
  ".": 3_100, // 100: ranks of experts
  "./models": 15_700, // 100: a block's attention or feed-forward layers by name; 1,400: towers of images, names of tuned models; 300: dropout and capped scores by model; 300: encoders of embeddings
  "./spectrum": 3_200,
  "./memory": 38_700, // 4,000: images, causes of litgpt, TRL and ZeRO, settings on a quantised base; 200: eager attention by model; 5,300: the answer in a sentence, objectives, LoRA kernels; 2,900: experts by version, causes of peaks; 2,400: several cards, limits of cards, models of 2026; −5,300: measured rows, an entry of their own
  "./memory-names": 1_750, // 100: objectives; 450: the text of cards
  "./measured": 6_600,
  "./time": 5_600, // 1,600: hours and cost of a row, and in words
  "./chapter": 2200, // 100: ranks of experts; 100: errors without control characters
};

const sourceOf = (subpath: string): string => {
  const { exports } = manifest as { exports: Record<string, { "@lorank/source": string }> };
  return fileURLToPath(new URL(exports[subpath]!["@lorank/source"], root));
};

test.each(Object.entries(ceilings))("%s bundles for a browser, and stays small", async (subpath, ceiling) => {
  const { outputFiles, warnings } = await build({
    entryPoints: [sourceOf(subpath)],
    bundle: true,
    write: false,
    minify: true,
    format: "esm",
    platform: "browser",
    target: "es2022",
    logLevel: "silent",
  });
  expect(warnings).toEqual([]);
  const { length } = gzipSync(outputFiles[0]!.contents);
  expect(length).toBeLessThan(ceiling);
});

describe("the package", () => {
  test("has no dependencies", () => {
    for (const field of ["dependencies", "peerDependencies", "optionalDependencies"]) {
      expect(manifest[field] ?? {}, field).toEqual({});
    }
  });

  test("publishes the same entry points as it tests, without the source condition", () => {
    const { exports, publishConfig } = manifest as {
      exports: Record<string, string | Record<string, string>>;
      publishConfig: { exports: unknown };
    };
    const published = Object.fromEntries(
      Object.entries(exports).map(([entry, target]) => {
        if (typeof target === "string") return [entry, target];
        const { "@lorank/source": _, ...rest } = target;
        return [entry, rest];
      }),
    );
    expect(Object.keys(exports)).toEqual([...Object.keys(ceilings), "./package.json"]);
    expect(publishConfig.exports).toEqual(published);
  });

  test.each(sources)("src/%s imports only its own files, so that it runs in a browser", (file) => {
    const text = readFileSync(new URL(`src/${file}`, root), "utf8");
    const imports = /\bfrom "([^"\n]+)";|\bimport\s*\(\s*"([^"\n]+)"|^import "([^"\n]+)"/gm;
    const imported = [...text.matchAll(imports)].map(([, from, dynamic, bare]) => from ?? dynamic ?? bare);
    expect(imported.filter((specifier) => !specifier?.startsWith("."))).toEqual([]);
    const code = text.replaceAll(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, "");
    expect(code).not.toMatch(/\b(?:process|Buffer|__dirname|require)\b\s*[.([]/);
  });
});
