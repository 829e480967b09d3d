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

test("rsLoRA's scaling is a row of its own, where it was tried", () => {
  const results = rateDecides();
  const { rates, ...rest } = results.decision.robustness!;
  const run = (quality: number) => ({ learningRate: 0.001, status: "learned" as const, quality });
  const scaling = {
    alpha: 16,
    ratio: 5.66,
    smallest: run(0.861),
    largest: run(0.922),
    rslora: run(0.931),
    gain: 0.009,
    gainInterval: [-0.004, 0.022] as const,
    advantage: 0.07,
    interval: [0.05, 0.09] as const,
    better: "largest" as const,
  };
  const robustness = { ...rest, rates, scaling };
  const text = sectionText({ ...results, decision: { ...results.decision, robustness } }, "robustness")!;
  expect(text).toContain("the sweep's, rsLoRA's scaling 0.001 86.1% 93.1% +7.0 +5.0 to +9.0 rank 64 ");
  expect(text).toContain("rank 64 is not shown to gain or to lose");
  expect(sectionText(results, "robustness")).not.toContain("rsLoRA");
});
