import type { Decision } from "@lorank/core/results";
import { expect, test } from "vitest";
import type { Output } from "../src/output.ts";
import { printReturns, printVerdict } from "../src/results/verdict-words.ts";

/** What is printed, its colours as words. */
function printed(write: (output: Output) => void): string[] {
  const lines: string[] = [];
  const colours = {
    bold: (text: string) => text,
    green: (text: string) => `green ${text}`,
    yellow: (text: string) => `yellow ${text}`,
  };
  write({
    print: (text = "") => lines.push(...text.split("\n")),
    colours,
    columns: 200,
  } as unknown as Output);
  return lines;
}

const decision: Decision = {
  verdict: "adequate",
  rank: 8,
  bestRank: 16,
  metric: "accuracy",
  margin: 0.01,
  confidence: 0.95,
  seeds: 5,
  examples: 1000,
  ranks: [],
  explanation: "Take rank 8.",
};

test("the verdict is one line, in yellow where there is none", () => {
  expect(printed((output) => printVerdict(decision, output))).toEqual([
    "green Verdict: adequate, take rank 8",
    "Take rank 8.",
  ]);
  const open = { ...decision, verdict: "inconclusive", rank: null } as const;
  expect(printed((output) => printVerdict(open, output))[0]).toBe("yellow Verdict: inconclusive");
});

test("the verdict says at once where no rank is better than the class prior, or none is shown to be", () => {
  const headline = (state: "better" | "not-better" | "unclear") => {
    const classPrior = { accuracy: 0.7, logLoss: 0.611, source: "labels", state, ranks: [] } as const;
    const open = { ...decision, verdict: "inconclusive", rank: null, classPrior } as const;
    return printed((output) => printVerdict(open, output))[0];
  };
  expect(headline("not-better")).toBe("yellow Verdict: inconclusive, no rank is better than the class prior");
  expect(headline("unclear")).toBe("yellow Verdict: inconclusive, no rank is shown to have learned anything");
  expect(headline("better")).toBe("yellow Verdict: inconclusive");
});

test("where the order of the ranks flips with the rate, the verdict is that the rate decides", () => {
  const robustness = {
    seed: 0,
    smallestRank: 4,
    largestRank: 16,
    rates: [],
    order: "flips",
    stepGrowsWithRank: false,
  } as const;
  const [headline] = printed((output) => printVerdict({ ...decision, robustness }, output));
  expect(headline).toBe(
    "yellow Verdict: the learning rate decides, not the rank (at this rate alone: adequate, take rank 8)",
  );
  const open = { ...decision, verdict: "inconclusive", rank: null, robustness } as const;
  expect(printed((output) => printVerdict(open, output))[0]).toBe(
    "yellow Verdict: the learning rate decides, not the rank (at this rate alone: inconclusive)",
  );
  const kept = { ...robustness, order: "kept" } as const;
  expect(printed((output) => printVerdict({ ...decision, robustness: kept }, output))[0]).toBe(
    "green Verdict: adequate, take rank 8",
  );
});

test("returns and selection are paragraphs of their own, and nothing is said where nothing is known", () => {
  expect(printed((output) => printReturns({ decision, trials: [] }, output))).toEqual([]);
  const step = { from: 8, to: 16, gain: 0.001, interval: [-0.01, 0.012] } as const;
  const known: Decision = {
    ...decision,
    returns: { curve: "flat", steps: [step] },
    selection: { ranks: 2, expectedInflation: 0.002 },
  };
  const lines = printed((output) => printReturns({ decision: known, trials: [] }, output));
  expect(lines[0]).toBe("");
  expect(lines[1]).toMatch(/^Diminishing returns\. Flat: no step to a larger rank between 8 and 16/);
  expect(lines.find((line) => line.startsWith("Best of several."))).toContain("0.2 points");
});
