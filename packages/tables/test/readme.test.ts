import { describe, expect, test } from "vitest";
import { readmeExamples, runExample } from "../../../scripts/readme-examples.ts";

const readme = new URL("../README.md", import.meta.url);

describe("README", () => {
  test.each(readmeExamples(readme))("the example at line $line prints what it says", async ({ code }) => {
    expect(code).toContain("// =>"); // without a promise nothing would be checked
    await runExample(code, readme);
  });
});
