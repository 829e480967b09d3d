import { describe, expect, test } from "vitest";
import { readmeExamples, runExample } from "../../../scripts/readme-examples.ts";

const readme = new URL("../README.md", import.meta.url);
const examples = readmeExamples(readme);

describe("README", () => {
  test("has examples", () => {
    expect(examples.length).toBe(1);
  });
  test.each(examples)("the example at line $line prints what it says", async ({ code }) => {
    await runExample(code, readme);
  });
});
