import { expect, test } from "vitest";
import { renderReport } from "../../src/render-report.tsx";
import { answered } from "../fixtures/answered.ts";
import { adequate } from "../fixtures/scenes.ts";
import { sectionText } from "./section-text.ts";

test("examples on which ranks differ come first, each with prompt, reference and every rank's answer", () => {
  const text = sectionText(answered(), "answers")!;
  expect(text).toContain("Ranks differ on 1 of 2 examples under seed");
  expect(text.indexOf("Capital of France?")).toBeLessThan(text.indexOf("Capital of Peru?"));
  expect(text).toContain("reference Paris");
  expect(text).toContain("wrong, cut at the limit");
  expect(text).toContain("Paris right");
  expect(text).toContain("nothing wrong");
  expect(text).toContain("reference Paris untouched base Is it? wrong rank");
});

test("the untouched base is a row of the table, by each metric and without an interval", () => {
  const [, row] = /none untouched base(.*?)May lose:/s.exec(sectionText(answered(), "ranks")!)!;
  expect(row!.trim().split(/\s+/)).toEqual(expect.arrayContaining(["0.0%", "2.500"]));
});

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
