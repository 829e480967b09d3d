import { existsSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";

const at = (path: string) => new URL(`../${path}`, import.meta.url);
const manifest = JSON.parse(readFileSync(at("package.json"), "utf8"));

describe("the package", () => {
  test("depends on core, for SHA-256 on noble, and for the hub on undici, alone", () => {
    expect(Object.keys(manifest.dependencies)).toEqual(["@lorank/core", "@noble/hashes", "undici"]);
    expect(manifest.peerDependencies).toBeUndefined();
  });

  test("offers its sources first in the workspace, and only what was built when published", () => {
    for (const target of Object.values<Record<string, string>>(manifest.exports)) {
      if (typeof target === "string") continue;
      const [first, path] = Object.entries(target)[0]!;
      expect(first).toBe("@lorank/source");
      expect(existsSync(at(path))).toBe(true);
    }
    expect(Object.keys(manifest.publishConfig.exports)).toEqual(Object.keys(manifest.exports));
    expect(Object.keys(manifest.publishConfig.imports)).toEqual(Object.keys(manifest.imports));
    expect(JSON.stringify(manifest.publishConfig)).not.toContain("src/");
    expect(manifest.files).toEqual(["dist"]);
  });
});
