import { existsSync, readdirSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import * as checkpoint from "../src/index.ts";

const at = (path: string) => new URL(`../${path}`, import.meta.url);
const manifest = JSON.parse(readFileSync(at("package.json"), "utf8"));

describe("the package", () => {
  test("exports these names and no others", () => {
    expect(Object.keys(checkpoint).toSorted()).toEqual([
      "assertReplaceable",
      "classesOf",
      "commitOnce",
      "consumerWarnings",
      "encodeSafetensors",
      "layerScaling",
      "makeFolder",
      "mergeAdapter",
      "modelSha256",
      "namesById",
      "openModelWeights",
      "openSafetensors",
      "parseHubId",
      "parseSafetensorsHeader",
      "peftAdapterBytes",
      "peftKey",
      "portableAdapter",
      "readModelConfig",
      "readModelTokenizer",
      "readPeftAdapter",
      "readSafetensors",
      "resolveAdapter",
      "resolveModel",
      "rewriteModel",
      "safetensorsByteLength",
      "safetensorsHeaderLength",
      "sha256OfBytes",
      "sha256OfFile",
      "truncateAdapter",
      "writeFileAtomic",
      "writeFolder",
      "writePeftAdapter",
      "writeSafetensors",
    ]);
  });

  test("the README names each of them", () => {
    const readme = readFileSync(at("README.md"), "utf8");
    expect(Object.keys(checkpoint).filter((name) => !readme.includes(name))).toEqual([]);
  });

  test("depends on core, and for the hub on undici, alone", () => {
    expect(Object.keys(manifest.dependencies)).toEqual(["@lorank/core", "undici"]);
    expect(manifest.peerDependencies).toBeUndefined();
  });

  test("offers its sources first in the workspace, and only what was built when published", () => {
    expect(Object.keys(manifest.exports["."])[0]).toBe("@lorank/source");
    expect(existsSync(at(manifest.exports["."]["@lorank/source"]))).toBe(true);
    expect(JSON.stringify(manifest.publishConfig.exports)).not.toContain("src/");
    expect(manifest.files).toEqual(["dist"]);
  });

  test("has a test for each source file that does something", () => {
    const untested = readdirSync(at("src")).filter(
      (file) => file !== "index.ts" && !existsSync(at(`test/${file.replace(/\.ts$/, ".test.ts")}`)),
    );
    // types; and the errno of an error, which the tests of the readers check in their messages
    expect(untested).toEqual(["system-error.ts"]);
  });
});
