import {
  type Claim,
  claimsOf,
  type Decision,
  inBrief,
  inWords,
  type RankSummary,
} from "@lorank/evidence/results";
import { expect, test } from "vitest";
import type { Output } from "../../src/output.ts";
import { printVerdict } from "../../src/results/verdict.ts";

/** What is printed, its colours as words. */
function printed(write: (output: Output) => void, columns = 200): string[] {
  const lines: string[] = [];
  const colours = {
    bold: (text: string) => text,
    green: (text: string) => `green ${text}`,
    yellow: (text: string) => `yellow ${text}`,
  };
  write({
    print: (text = "") => lines.push(...text.split("\n")),
    colours,
    columns,
  } as unknown as Output);
  return lines;
}

const summary = (rank: number, difference: number, shortfallBound: number): RankSummary => ({
  rank,
  seeds: 5,
  accuracy: 0.94 + difference,
  interval: [0.92, 0.96],
  differenceToBest: difference,
  differenceInterval: difference === 0 ? [0, 0] : [difference - 0.004, difference + 0.004],
  shortfallBound,
});
const decision: Decision = {
  verdict: "adequate",
  rank: 8,
  bestRank: 16,
  metric: "accuracy",
  margin: 0.01,
  confidence: 0.95,
  seeds: 5,
  examples: 1000,
  ranks: [summary(8, -0.002, 0.008), summary(16, 0, 0.012)],
  explanation: "",
};

const show = (found: Decision, all = false): string[] =>
  printed((output) => printVerdict(found, claimsOf(found), output, all));
const unsettled = { ...decision, verdict: "inconclusive", rank: null, certifiedRank: null } as const;

test("the verdict is one line with its kind and its answer, in yellow where there is none", () => {
  const [answer, ...rest] = claimsOf(decision).filter(({ topic }) =>
    ["verdict", "evidence", "basis"].includes(topic),
  );
  expect(show(decision)[0]).toBe(`green Verdict: adequate. ${inWords(answer!)}`);
  for (const claim of rest) {
    expect(show(decision).join(" ")).toContain(inBrief(claim));
    expect(show(decision, true).join(" ")).toContain(inWords(claim));
  }
  expect(show(unsettled)[0]).toBe(`yellow Verdict: inconclusive. ${inWords(claimsOf(unsettled)[0]!)}`);
});

test("the headline is green where a rank is named that surely holds, and yellow elsewhere", () => {
  const order = { seed: 0, smallestRank: 4, largestRank: 16, rates: [], stepGrowsWithRank: false } as const;
  const open = { verdict: "inconclusive", rank: null, certifiedRank: 8, margin: 0.03 } as const;
  const found = {
    adequate: decision,
    proven: { ...decision, ...open, ranks: [summary(2, -0.03, 0.0614), ...decision.ranks] },
    "order is unclear": { ...decision, robustness: { ...order, order: "unclear" } },
    "rate decides": { ...decision, robustness: { ...order, order: "flips" } },
    unsettled,
    "loses more than the margin": {
      ...decision,
      verdict: "provisional",
      ranks: [summary(8, -0.002, 0.016), summary(16, 0, 0.012)],
    },
    "weak evidence": { ...decision, seeds: 2, weakEvidence: { seeds: 2 } },
  } as const;
  const colours = Object.entries(found).map(([name, one]) => [name, show(one)[0]!.split(" ", 1)[0]]);
  expect(colours).toEqual(Object.keys(found).map((name, i) => [name, i < 3 ? "green" : "yellow"]));
});

/** Lines with every claim of a decision in the form `words`, each caution beginning one; nothing of what is next. */
function expectTold(lines: readonly string[], claims: readonly Claim[], words: typeof inWords): void {
  const text = lines.join(" ");
  const told = claims.filter((claim) => words(claim) !== "");
  for (const claim of told) {
    const times = text.split(words(claim)).length - 1;
    expect([claim.kind, times]).toEqual([claim.kind, claim.topic === "next" ? 0 : 1]);
  }
  const cautions = told.filter(({ topic }) => topic === "caution").map((claim) => words(claim).slice(0, 30));
  for (const start of cautions) expect(lines.some((line) => line.startsWith(start))).toBe(true);
}

test("every claim is told once, cautions in lines of their own, and what is next apart", () => {
  const step = { from: 8, to: 16, gain: 0.001, interval: [-0.01, 0.012] } as const;
  const known: Decision = {
    ...{ ...decision, verdict: "provisional", certifiedRank: null },
    returns: { curve: "flat", steps: [step] },
    selection: { ranks: 2, expectedInflation: 0.002 },
    excluded: [{ rank: 4, reason: "its runs failed" }],
    needed: { rank: 8, examples: 2000, seeds: 9 },
  };
  const claims = claimsOf(known);
  expectTold(show(known, true), claims, inWords);
  expectTold(show(known), claims, inBrief);
  expect(show(known).filter((line) => line === "")).toHaveLength(1);
  expect(show(known).join(" ")).not.toContain("truly equal");
  expect(show(known).at(-2)).toMatch(/ More with --all\.$/);
});

test("a verdict with a test score, one rate and the starter takes at most nine lines at 80 columns", () => {
  const [validation, score] = [decision.ranks[0]!, decision.ranks[1]!].map(({ accuracy, interval }) => ({
    mean: accuracy!,
    interval: interval!,
  }));
  const claims: Claim[] = [
    ...claimsOf(decision),
    { kind: "starter-alone", topic: "caution" },
    { kind: "one-rate", topic: "evidence", rate: 0.003 },
    {
      ...{ kind: "test-score", topic: "evidence", rank: 8, seeds: 5, examples: 800, metric: "accuracy" },
      ...{ score: score!, validation: validation!, otherRanks: [] },
    },
  ];
  const lines = (all: boolean) => printed((output) => printVerdict(decision, claims, output, all), 80);
  expect(lines(false).length).toBeLessThanOrEqual(9);
  expect(lines(true).length).toBeGreaterThan(15);
});
