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

/** The public values of each entry point. A new one needs a caller in another package, or a place in the README. */
const subpaths = new Map([
  [
    ".",
    [
      "InputError",
      "assertRank",
      "countDoraParams",
      "countLoraParams",
      "formatBytes",
      "formatCount",
      "formatDecimalBytes",
      "isInputError",
      "modelShapeFromConfig",
      "rankAtEnergy",
      "scalingOf",
      "selectTargets",
      "spectrumOf",
      "targetLayers",
      "targetNames",
      "trainableModelFromConfig",
      "trainableModelTypes",
      "truncateLora",
    ],
  ],
  [
    "./memory",
    [
      "attentionKinds",
      "baseFormat",
      "baseFormatNames",
      "cardsFor",
      "catalogueModels",
      "changesThatFit",
      "checkpointingKinds",
      "estimateFull",
      "estimateMemory",
      "findCatalogueModel",
      "fitOf",
      "largestRankRow",
      "largestThatFits",
      "lossKinds",
      "measuredErrors",
      "memoryBars",
      "memoryBarsStyle",
      "memoryMethods",
      "memoryRows",
      "optimizerNames",
      "optimizerStateBytes",
      "partWords",
      "profileNames",
      "profileOf",
      "profiles",
      "singleChanges",
      "staticBytes",
    ],
  ],
  [
    "./decide",
    [
      "assumedDisagreements",
      "assumedNoise",
      "assumedShares",
      "boundInUnit",
      "decide",
      "decideRace",
      "decideResults",
      "defaultMargins",
      "detectableDifference",
      "diminishingReturns",
      "fitCrossed",
      "inUnit",
      "observedNoise",
      "outcomesFromRows",
      "outcomesFromTrials",
      "planProbe",
      "previewDesign",
      "probeSoFar",
      "raceLooks",
      "raceSoFar",
      "robustnessOf",
      "simulateOutcomes",
      "testScoreOf",
      "withConvergence",
      "withRobustness",
    ],
  ],
  [
    "./results",
    [
      "canonicalJson",
      "checkResults",
      "claimsOf",
      "commandChange",
      "formatBytes",
      "formatCount",
      "formatDecimalBytes",
      "hasPaid",
      "inWords",
      "isBehindPrior",
      "kindInWords",
      "leftBehind",
      "onTopic",
      "paragraph",
      "parseResults",
      "partOfGrid",
      "percent",
      "predictedOnly",
      "rankRows",
      "resultsSchema",
      "returnSteps",
      "savingsOf",
      "stripMeasured",
    ],
  ],
  [
    "./chapter",
    [
      "chapterFigures",
      "chapterPrintout",
      "estimateLoraParams",
      "estimateTrainingMemory",
      "fillRankComparison",
      "runRankComparison",
    ],
  ],
]);

/** Most bytes of each entry point in a page, minified and gzipped, with a tenth to spare over what it is now. */
const ceilings: Readonly<Record<string, number>> = {
  ".": 13_000,
  "./memory": 18_300,
  "./decide": 32_100,
  "./results": 26_400,
  "./chapter": 1900,
};

const sourceOf = (subpath: string): string => {
  const { exports } = manifest as { exports: Record<string, { "@lorank/source": string }> };
  return fileURLToPath(new URL(exports[subpath]!["@lorank/source"], root));
};

describe.each([...subpaths])("the entry point %s", (subpath, names) => {
  test("has these values and no other", async () => {
    const module = (await import(sourceOf(subpath))) as object;
    expect(Object.keys(module).sort()).toEqual(names);
  });

  test("bundles for a browser, and stays small", async () => {
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
    expect(length).toBeLessThan(ceilings[subpath]!);
  });
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
    const files = ["./results.schema.json", "./package.json"];
    expect(Object.keys(exports)).toEqual([...subpaths.keys()].concat(files));
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
