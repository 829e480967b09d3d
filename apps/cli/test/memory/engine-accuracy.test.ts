import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { CONFIGURATIONS, LARGEST_ERROR } from "../../src/commands/memory/engine-accuracy.ts";

const checked = (name: string): string =>
  readFileSync(new URL(`../../../../docs/checked/${name}`, import.meta.url), "utf8");
const page = checked("memory-accuracy-engine.md");
const [measured] = page.split("\n## ");
const errors = [...measured!.matchAll(/^\|.*\| (-?[\d.]+) % \| \w+ \|$/gm)].map(([, error]) =>
  Math.abs(Number(error)),
);

describe("the accuracy of the engine's predicted memory", () => {
  test("is what the page measures", () => {
    expect(errors).toHaveLength(CONFIGURATIONS);
    expect(Math.max(...errors)).toBe(LARGEST_ERROR);
  });

  test("is what the page and the table of all pages say", () => {
    const mean = (errors.reduce((sum, error) => sum + error, 0) / errors.length).toFixed(1);
    expect(page.replace(/\s+/g, " ")).toContain(
      `All ${CONFIGURATIONS} configurations are within ${LARGEST_ERROR} %, and the mean error is ${mean} %`,
    );
    expect(checked("README.md")).toContain(
      `${mean} % on average of ${CONFIGURATIONS} configurations, ${LARGEST_ERROR} % at most`,
    );
  });
});
