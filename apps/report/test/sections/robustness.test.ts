import { expect, test } from "vitest";
import { adequate, rateDecides } from "../fixtures/scenes.ts";
import { sectionText } from "./section-text.ts";

test("each rate has both ranks, their difference with its interval, and which is known to be better", () => {
  const text = sectionText(rateDecides(), "robustness")!;
  expect(text).toMatch(/ 1\/3 × 3\.33e−4 \d\d\.\d% \d\d\.\d% \+\d+\.\d \+\d+\.\d to \+\d+\.\d rank 64 /);
  expect(text).toMatch(/ the sweep's 0\.001 .* rank 64 3 × 0\.003 \d\d\.\d% \d\d\.\d%, learned nothing /);
  expect(text).toMatch(/ rank 2 The sweep's own rate over all of its seeds; the others with seed 0 alone/);
});

test("a rate without a comparison has a dash, and a sweep without other rates no section", () => {
  const results = rateDecides();
  const rates = results.decision.robustness!.rates.map(
    ({ advantage: _, interval: __, better: ___, ...rate }) => ({
      ...rate,
      largest: { learningRate: 0.003, status: "diverged" as const },
    }),
  );
  const robustness = { ...results.decision.robustness!, rates };
  const text = sectionText({ ...results, decision: { ...results.decision, robustness } }, "robustness")!;
  expect(text).toMatch(/ diverged – not known /);
  expect(sectionText(adequate(), "robustness")).toBeUndefined();
});
