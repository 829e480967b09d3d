import { existsSync, readdirSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import * as sweep from "../src/index.ts";

const at = (path: string) => new URL(`../${path}`, import.meta.url);
const manifest = JSON.parse(readFileSync(at("package.json"), "utf8"));

describe("the package", () => {
  test("exports these names and no others, and the README names each of them", () => {
    const names = Object.keys(sweep).toSorted();
    expect(names).toEqual([
      "SweepStore",
      "earlierSearch",
      "expectedTrials",
      "foreignNames",
      "leaseHolder",
      "measureTime",
      "packInWords",
      "planSweep",
      "robustnessSpecs",
      "runSweep",
      "searchSettings",
      "searchedPlan",
      "trialEnvironment",
      "trialId",
      "whyNotPack",
    ]);
    const readme = readFileSync(at("README.md"), "utf8");
    expect(names.filter((name) => !readme.includes(name))).toEqual([]);
  });

  test("depends on core, checkpoint and train alone", () => {
    expect(Object.keys(manifest.dependencies).toSorted()).toEqual([
      "@lorank/checkpoint",
      "@lorank/core",
      "@lorank/train",
    ]);
  });

  test("builds the programs beside the library, which starts them from there", () => {
    const config = readFileSync(at("tsup.config.ts"), "utf8");
    const programs = readdirSync(at("src")).filter((file) => file.endsWith("-process.ts"));
    expect(programs).toContain("trial-process.ts");
    for (const file of ["index.ts", ...programs]) expect(config).toContain(`"src/${file}"`);
  });

  test("offers its sources first in the workspace, and only what was built when published", () => {
    expect(Object.keys(manifest.exports["."])[0]).toBe("@lorank/source");
    expect(existsSync(at(manifest.exports["."]["@lorank/source"]))).toBe(true);
    expect(JSON.stringify(manifest.publishConfig.exports)).not.toContain("src/");
    expect(manifest.files).toEqual(["dist"]);
  });

  test("has a test for each source file that does something", () => {
    const sources = readdirSync(at("src"), { recursive: true, encoding: "utf8" });
    const untested = sources.filter(
      (file) =>
        file.endsWith(".ts") &&
        file !== "index.ts" &&
        !existsSync(at(`test/${file.replace(/\.ts$/, ".test.ts")}`)),
    );
    expect(untested).toEqual(["events.ts"]); // types only
  });
});
