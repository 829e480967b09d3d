import type { Decision, Robustness } from "@lorank/core";
import { expect, test } from "vitest";
import type { Output } from "../src/output.ts";
import { printVerdict } from "../src/results/verdict-words.ts";

const decision: Decision = {
  verdict: "adequate",
  rank: 4,
  bestRank: 8,
  metric: "accuracy",
  margin: 0.01,
  confidence: 0.95,
  seeds: 5,
  examples: 1000,
  ranks: [],
  explanation: "Because.",
};
const probe = (order: Robustness["order"]): Robustness => ({
  seed: 1,
  smallestRank: 4,
  largestRank: 8,
  rates: [],
  order,
  stepGrowsWithRank: false,
});

function headline(shown: Decision): string {
  const lines: string[] = [];
  const mark = (name: string) => (text: string) => `${name}(${text})`;
  const colours = { bold: (text: string) => text, green: mark("green"), yellow: mark("yellow") };
  printVerdict(shown, { print: (line = "") => lines.push(line), colours, columns: 80 } as unknown as Output);
  expect(lines[1]).toBe("Because.");
  return lines[0]!;
}

test("the headline says the verdict and the rank, and that the rate decides where it does", () => {
  expect(headline(decision)).toBe("green(Verdict: adequate, take rank 4)");
  expect(headline({ ...decision, robustness: probe("unclear") })).toBe(
    "green(Verdict: adequate, take rank 4)",
  );
  expect(headline({ ...decision, robustness: probe("flips") })).toBe(
    "yellow(Verdict: the learning rate decides, not the rank (at this rate alone: adequate, take rank 4))",
  );
  expect(headline({ ...decision, verdict: "inconclusive", rank: null })).toBe(
    "yellow(Verdict: inconclusive)",
  );
  expect(headline({ ...decision, verdict: "inconclusive", rank: null, robustness: probe("flips") })).toBe(
    "yellow(Verdict: the learning rate decides, not the rank (at this rate alone: inconclusive))",
  );
});
