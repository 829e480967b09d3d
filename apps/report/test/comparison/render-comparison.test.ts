import { createHash } from "node:crypto";
import { comparisonWords } from "@lorank/evidence/compare";
import { describe, expect, test } from "vitest";
import { type ReportedComparison, renderComparison } from "../../src/comparison.ts";
import { armsOfTwo, twoLists, twoSweeps } from "../fixtures/comparisons.ts";
import { bodyOf, textOf } from "../fixtures/page.ts";
import { visibleText } from "../fixtures/visible-text.ts";

const states: Readonly<Record<string, () => ReportedComparison>> = {
  "two sweeps": twoSweeps,
  "an open one": () => twoLists([0.81, 0.83, 0.82], [0.84, 0.82, 0.85]),
  "single runs": () => twoLists([0.81], [0.84]),
  copies: () => twoLists([0.81, 0.83, 0.82], [0.81, 0.83, 0.82]),
};

test.each(Object.entries(states))("the page of a comparison: %s", async (name, reported) => {
  const file = `../snapshots/comparison-${name.replaceAll(" ", "-")}.txt`;
  await expect(visibleText(renderComparison(reported()))).toMatchFileSnapshot(file);
});

test.each(Object.entries(states))("says all that the command says: %s", (_, reported) => {
  const { comparison, axis } = reported();
  const { answer, basis, settles, test, each } = comparisonWords(comparison, { axis });
  const text = textOf(renderComparison(reported()));
  for (const sentence of [answer, basis, settles, test, ...(each?.answers ?? [])])
    if (sentence !== undefined) expect(text).toContain(sentence);
});

test("a chart draws nothing where nothing is compared", () => {
  for (const name of ["single runs", "copies"])
    expect(renderComparison(states[name]!())).not.toContain('<svg class="chart');
  expect(renderComparison(twoSweeps()).match(/<svg class="chart/g)).toHaveLength(3);
});

describe("security", () => {
  const page = renderComparison(armsOfTwo());
  test("names stay text wherever they are shown", () => {
    expect(page.match(/<script/g)).toHaveLength(1);
    expect(bodyOf(page)).not.toMatch(/<script/);
    expect(page).toContain("&lt;script>");
    expect(textOf(renderComparison({ ...twoSweeps(), notes: ["a\u202eb"] }))).toContain("ab");
  });
  test("the policy allows this style sheet and this script", () => {
    const hash = (text = "") => createHash("sha256").update(text).digest("base64");
    expect(page).toContain(`style-src 'sha256-${hash(/<style>([\s\S]*?)<\/style>/.exec(page)?.[1])}'`);
    expect(page).toContain(`script-src 'sha256-${hash(/<script>([\s\S]*?)<\/script>/.exec(page)?.[1])}'`);
  });
});

test("a member that is missing or misspelt is refused by name", () => {
  const { comparison } = twoSweeps();
  expect(() => renderComparison({ comparison, orgins: [] } as never)).toThrow(/orgins.*origins/s);
});
