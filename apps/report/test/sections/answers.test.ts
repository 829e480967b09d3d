import type { Results } from "@lorank/core/results";
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
  return { ...results, trials, data: { ...results.data, questions } };
}

test("examples on which ranks differ come first, each with prompt, reference and every rank's answer", () => {
  const text = sectionText(answered(), "answers")!;
  expect(text).toContain("Ranks differ on 1 of 2 examples under seed");
  expect(text.indexOf("Capital of France?")).toBeLessThan(text.indexOf("Capital of Peru?"));
  expect(text).toContain("reference Paris");
  expect(text).toContain("wrong, cut at the limit");
  expect(text).toContain("Paris right");
  expect(text).toContain("nothing wrong");
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
