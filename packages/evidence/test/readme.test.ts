import { describe, expect, test } from "vitest";
import { readmeExamples, runExample } from "../../../scripts/readme-examples.ts";

const readme = new URL("../README.md", import.meta.url);

describe("README", () => {
  test.each(readmeExamples(readme))("the example at line $line prints what it says", async ({ code }) => {
    expect(code).toContain("// =>"); // an example that promises nothing checks nothing
    await runExample(code, readme);
  });
});
