import { describe, expect, test } from "vitest";
import { readmeExamples, runExample } from "../../../scripts/readme-examples.ts";

const readme = new URL("../README.md", import.meta.url);

describe("README", () => {
  // It starts four real trials: 7 s on a quiet machine, most of it loading, minutes on one that is starved of CPU.
  const timeout = 300_000;
  test.each(readmeExamples(readme))(
    "the example at line $line prints what it says",
    { timeout },
    async ({ code }) => {
      expect(code).toContain("// =>"); // an example that promises nothing checks nothing
      await runExample(code, readme);
    },
  );
});
