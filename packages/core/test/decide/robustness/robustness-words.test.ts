import { describe, expect, test } from "vitest";
import { decide } from "../../../src/decide/decide.ts";
import { outcomesFromTrials } from "../../../src/decide/outcomes.ts";
import { robustnessOf } from "../../../src/decide/robustness/robustness.ts";
import { withRobustness } from "../../../src/decide/robustness/robustness-words.ts";
import type { Decision } from "../../../src/results/types.ts";
import { type ProbeTable, probeOf, sweepOf } from "../probed-trials.ts";

const third = 1 / 3;
const nearlyEqual = { 4: [0.9, 0.905, 0.898], 32: [0.902, 0.9, 0.904] };
const largestWins = { 4: [0.8, 0.805, 0.798], 32: [0.902, 0.9, 0.904] };

/** The decision of a sweep before and after the probe. */
function told(
  accuracies: Readonly<Record<number, readonly number[]>>,
  table: ProbeTable,
  alphaOf = (_: number) => 32,
): {
  readonly before: Decision;
  readonly after: Decision;
  readonly added: string;
} {
  const withAlpha = <T extends { readonly spec: { readonly lora: { readonly rank: number } } }>(
    trial: T,
  ): T => ({
    ...trial,
    spec: { ...trial.spec, lora: { ...trial.spec.lora, alpha: alphaOf(trial.spec.lora.rank) } },
  });
  const trials = sweepOf(accuracies).map(withAlpha);
  const before = decide(outcomesFromTrials(trials));
  const extra = probeOf(table).map(withAlpha);
  const after = withRobustness(before, robustnessOf({ decision: before, trials, extra, majorityShare: 0.6 }));
  return { before, after, added: after.explanation.slice(before.explanation.length + 1) };
}

describe("withRobustness", () => {
  test("adds the probe and one or two sentences, and leaves the rest of the decision as it is", () => {
    const { before, after } = told(nearlyEqual, { [third]: [0.9, 0.9], 3: [0.9, 0.9] });
    expect(after.explanation.startsWith(`${before.explanation} `)).toBe(true);
    const { robustness, ...rest } = after;
    expect(robustness!.rates).toHaveLength(3);
    expect({ ...rest, explanation: before.explanation }).toEqual(before);
  });

  test("of a flip says where which rank is better and what to do", () => {
    const { added } = told(largestWins, { [third]: [0.6, 0.9], 3: [0.9, "diverged"] });
    expect(added).toBe(
      "The learning rate decides here, not the rank: at a third of the rate r=4 learned nothing, where r=32 learned; " +
        "at the sweep's rate r=32 is 10.1 ± 2.3 points better than r=4; at three times the rate r=32 diverged, where " +
        "r=4 learned. The verdict holds at the sweep's rate alone: search a rate that suits both (--learning-rate auto).",
    );
  });

  test("where both ranks learned at other rates and not at the sweep's, the rate is to be changed", () => {
    const collapsed = { 4: [0.6, 0.6, 0.6], 32: [0.6, 0.6, 0.6] };
    expect(told(collapsed, { [third]: [0.9, 0.9], 3: [0.6, "diverged"] }).added).toBe(
      "At a third of the rate r=4 and r=32 learned, at the sweep's rate they did not: run the sweep at such a rate, or have " +
        "one searched (--learning-rate auto).",
    );
    expect(told(collapsed, { [third]: [0.6, 0.6], 3: [0.6, "diverged"] }).added).toBe(
      "r=4 and r=32 learned nothing at a third of the rate, the sweep's rate and three times the rate.",
    );
  });

  test("advises to hold the update constant only where it was not", () => {
    const flip = { [third]: [0.6, 0.9], 3: [0.9, 0.6] } as const;
    const advice = "and hold the update constant (a fixed --alpha, --scaling lora)";
    expect(told(nearlyEqual, flip, (rank) => rank).added).toContain(advice);
    expect(told(nearlyEqual, flip).added).not.toContain(advice);
  });

  test("of one failing rank says which and where", () => {
    expect(told(nearlyEqual, { [third]: [0.9, 0.9], 3: [0.9, 0.6] }).added).toBe(
      "The learning rate has a say in this: at three times the rate r=32 learned nothing, where r=4 learned. The two " +
        "ranks bear different rates; search a rate that suits both (--learning-rate auto).",
    );
  });

  test("of a kept order names the rank that is always better", () => {
    expect(told(largestWins, { [third]: [0.65, 0.95], 3: [0.65, 0.95] }).added).toMatch(
      /^The rate does not decide: r=32 is better than r=4 at a third of the rate, the sweep's rate and three times/,
    );
  });

  test("without evidence claims neither, and says where runs failed", () => {
    expect(told(nearlyEqual, { [third]: [0.9, 0.9], 3: [0.9, 0.9] }).added).toBe(
      "r=4 and r=32 were also run at a third of the rate and three times the rate: no sign that the rate decides, and " +
        "no proof that it does not.",
    );
    expect(told(nearlyEqual, { [third]: [0.9, 0.9], 2.5: [0.6, 0.6] }).added).toMatch(
      /does not \(at 2\.5 times the rate runs failed and nothing can be compared\)\.$/,
    );
  });
});
