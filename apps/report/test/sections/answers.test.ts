import type { Results } from "@lorank/evidence/results";
import { expect, test } from "vitest";
import { renderReport } from "../../src/render-report.tsx";
import { adequate } from "../fixtures/scenes.ts";
import { sectionText } from "./section-text.ts";

/** A sweep whose trials answered two questions: all ranks alike to the first, the largest alone right on the second. */
function answered(): Results {
  const results = adequate();
  const largest = Math.max(...results.sweep.ranks);
  const trials = results.trials.map((trial) => {
    const isLargest = trial.spec.lora.rank === largest;
    const text = isLargest ? "Paris" : "Lyon <b>";
    return {
      ...trial,
      spec: { ...trial.spec, answers: { metric: "equals", maxNewTokens: 8 } },
      evaluation: {
        ...trial.evaluation!,
        correct: [0, isLargest ? 1 : 0],
        answers: [{ text: "" }, { text, ...(isLargest ? {} : { cut: true as const }) }],
      },
    };
  }) as Results["trials"];
  const questions = [
    { prompt: "Capital of Peru?", reference: "Lima" },
    { prompt: "Capital of France?", reference: "Paris" },
  ];
  const untouchedBase = {
    ...{ accuracy: 0, correct: [0, 0], logLoss: 2.5, logLosses: [2, 3] },
    answers: [{ text: "I am a model" }, { text: "Is it?" }],
  };
  return { ...results, trials, untouchedBase, data: { ...results.data, questions } };
}

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
