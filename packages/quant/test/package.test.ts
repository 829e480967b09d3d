import { existsSync, readdirSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";

const at = (path: string) => new URL(`../${path}`, import.meta.url);
const manifest = JSON.parse(readFileSync(at("package.json"), "utf8"));
const sources = readdirSync(at("src"));

describe("the package", () => {
  test("depends on core alone", () => {
    expect(Object.keys(manifest.dependencies)).toEqual(["@lorank/core"]);
  });
  test("publishes the build alone, and the workspace reads its sources first", () => {
    expect(manifest.files).toEqual(["dist"]);
    expect(JSON.stringify(manifest.publishConfig.exports)).not.toContain("src/");
    const [first, path] = Object.entries<string>(manifest.exports["."])[0]!;
    expect(first).toBe("@lorank/source");
    expect(existsSync(at(path))).toBe(true);
  });
  test("has a test for each source file", () => {
    const untested = sources.filter((file) => !existsSync(at(`test/${file.replace(/\.ts$/, ".test.ts")}`)));
    expect(untested).toEqual(["index.ts"]);
  });
});
