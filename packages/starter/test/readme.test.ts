import { describe, test } from "vitest";
import { readmeExamples, runExample } from "../../../scripts/readme-examples.ts";

const readme = new URL("../README.md", import.meta.url);

describe("README", () => {
  test.each(readmeExamples(readme))("the example at line $line prints what it says", async ({ code }) => {
    await runExample(code, readme);
  });
});
