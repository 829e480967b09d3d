import { beforeEach, describe, expect, test } from "vitest";
import { readmeExamples, runExample } from "../../../scripts/readme-examples.ts";
import { temporaryFolder } from "../../../scripts/temporary-folder.ts";

const readme = new URL("../README.md", import.meta.url);

describe("README", () => {
  beforeEach(() => process.chdir(temporaryFolder())); // an example writes into its working folder
  test.each(readmeExamples(readme))("the example at line $line prints what it says", async ({ code }) => {
    expect(code).toContain("// =>"); // an example that promises nothing checks nothing
    await runExample(code, readme);
  });
});
