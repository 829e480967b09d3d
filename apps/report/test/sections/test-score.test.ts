import { expect, test } from "vitest";
import { renderReport } from "../../src/index.ts";
import { adequate, inconclusive } from "../fixtures/scenes.ts";
import { testScore, withTest } from "../fixtures/test-score.ts";

function section(page: string): string | undefined {
  return /<section id="test"[\s\S]*?(?=<section id="|<\/main>)/
    .exec(page)?.[0]
    .replace(/<[^>]*>/g, " ")
    .replace(/\s+/g, " ")
    .trim();
}

test("shows both metrics on test and on validation examples", () => {
  const { validationExamples } = adequate().data;
  const text = section(renderReport(withTest(adequate(), testScore)))!;
  expect(text).toMatch(/^Test score On 400 test examples/);
  expect(text).toContain("test: 400 examples of held out 93.9% 92.1–95.6% 0.181 0.150–0.212");
  expect(text).toContain(
    `validation: ${validationExamples.toLocaleString("en-GB")} examples 94.4% 93.0–95.8% 0.170 0.150–0.190`,
  );
});

test("says that nothing was scored, and is not there without test examples", () => {
  const text = section(renderReport(withTest(inconclusive(), undefined)))!;
  expect(text).toBe(
    "Test score The verdict recommends no rank, so nothing was scored on the 400 test examples: they are still unseen.",
  );
  expect(section(renderReport(adequate()))).toBeUndefined();
});
