import { describe, expect, test } from "vitest";
import { readmeExamples, runExample } from "../../../scripts/readme-examples.ts";

const readme = new URL("../README.md", import.meta.url);

describe("README", () => {
  test.each(readmeExamples(readme))("the example at line $line prints what it says", async ({ code }) => {
    await runExample(code, readme);
  });

  test("an example that prints something else than it says fails", async () => {
    await expect(runExample("console.log(1 as number); // => 2\n", readme)).rejects.toThrow(
      "the example says it prints\n2\nbut it prints\n1",
    );
  });

  test("an example that throws fails", async () => {
    await expect(runExample('throw new Error("no");\n', readme)).rejects.toThrow("no");
  });
});
