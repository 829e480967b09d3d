import { describe, expect, test } from "vitest";
import { faultAdvice, ranksBehindPrior } from "../../src/data/class-prior-words.ts";
import { verdictWords } from "../../src/words.ts";
import { adequate, causalLm, nothingLearned } from "../fixtures/scenes.ts";
import { sectionText } from "../sections/section-text.ts";

const results = nothingLearned();
const { decision } = results;

describe("a sweep of which no rank is better than the class prior", () => {
  test("has a verdict that names no rank, what the ranks were held against, and what to do", () => {
    expect(verdictWords(results)).toEqual({
      kind: "inconclusive",
      headline: "No rank: none is better than the shares of the classes alone.",
      reason:
        "Always answering the most frequent class would score 67.9%, and giving every example the shares of the classes a log loss of 0.628. At 95% confidence no rank is better in either.",
      next: "Check that the labels belong to their texts, then search the rate and the epochs (--learning-rate auto --epochs auto).",
    });
    const classPrior = { ...decision.classPrior!, state: "unclear" as const };
    expect(verdictWords({ ...results, decision: { ...decision, classPrior } }).headline).toBe(
      "No rank: none is shown to be better than the shares of the classes alone.",
    );
  });

  test("recommends none in its first section and its table, and puts none at stake", () => {
    const verdict = sectionText(results, "verdict")!;
    expect(verdict).toContain("What to do next.");
    expect(verdict).not.toMatch(/At stake|against rank|What would settle/);
    const table = sectionText(results, "ranks")!;
    expect(table.match(/not above the prior/g)).toHaveLength(4);
    expect(table).not.toContain("recommended");
    for (const section of ["returns", "notices"]) expect(sectionText(results, section)).toBeUndefined();
    expect(sectionText(results, "convergence")).toContain("No rank was shown to have learned more");
  });
});

test("each fault has its own advice, and longer training is that of one alone", () => {
  const faults = ["rate-too-high", "too-short", "memorising", "unknown"] as const;
  const advice = faults.map((fault) => faultAdvice({ ...results, decision: { ...decision, fault } }).next!);
  expect(advice[0]).toBe("Lower the learning rate (now 0.001), or search one (--learning-rate auto).");
  expect(advice[1]).toBe("Train longer (--epochs 2).");
  expect(advice.map((words) => words.includes("longer"))).toEqual([false, true, false, false]);
  expect(new Set(advice).size).toBe(4);
  expect(faultAdvice(adequate())).toEqual({});
});

test("ranks are behind the prior only where there is one", () => {
  expect(ranksBehindPrior(decision)).toEqual([4, 8, 16, 32]);
  expect(ranksBehindPrior(adequate().decision)).toEqual([]);
  expect(ranksBehindPrior(causalLm().decision)).toEqual([]);
});
