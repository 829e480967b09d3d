import { expect, test } from "vitest";
import { renderReport } from "../../src/index.ts";
import { adequate, inconclusive } from "../fixtures/scenes.ts";
import { withTest } from "../fixtures/test-score.ts";

function section(page: string): string | undefined {
  return /<section id="test"[\s\S]*?(?=<section id="|<\/main>)/
    .exec(page)?.[0]
    .replace(/<[^>]*>/g, " ")
    .replace(/\s+/g, " ")
    .trim();
}

test("says that nothing was scored, and is not there without test examples", () => {
  const text = section(renderReport(withTest(inconclusive(), undefined)))!;
  expect(text).toBe(
    "Test score The verdict recommends no rank, so nothing was scored on the 400 test examples: they are still unseen.",
  );
  expect(section(renderReport(adequate()))).toBeUndefined();
});
