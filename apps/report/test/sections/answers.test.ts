import { expect, test } from "vitest";
import { renderReport } from "../../src/render-report.tsx";
import { answered } from "../fixtures/answered.ts";
import { adequate } from "../fixtures/scenes.ts";
import { sectionText } from "./section-text.ts";

test("ranks that share no seed have answers too, and without any answer nothing links to them", () => {
  const results = answered();
  const [first, ...others] = results.sweep.ranks;
  const apart = results.trials.filter(({ spec }) => spec.seed === (spec.lora.rank === first ? 0 : 1));
  const page = renderReport({ ...results, trials: apart });
  expect(page).toContain('<section id="answers"');
  expect(page).toContain(`rank ${others[0]}</dt>`);
  const none = results.trials.map(({ evaluation: _, ...trial }) => ({
    ...trial,
    status: "diverged" as const,
  }));
  expect(renderReport({ ...results, trials: none })).not.toContain('href="#answers"');
});

test("answers are escaped, marked for the filter, and name the metric", () => {
  const page = renderReport(answered());
  expect(page).toContain("Lyon &lt;b>");
  expect(page).toMatch(/<li class="differ">.*<li class="wrong">/s);
  expect(page).toContain("Answers (equals)");
  expect(page).toContain('href="#answers"');
});

test("a sweep without answers has no such section", () => {
  expect(sectionText(adequate(), "answers")).toBeUndefined();
  expect(renderReport(adequate())).not.toContain('href="#answers"');
});
