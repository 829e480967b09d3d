import type { Decision, RankSummary } from "@lorank/evidence/results";
import { expect, test } from "vitest";
import { decisionTable } from "../../src/results/verdict.ts";

const plain = { dim: (s: string) => s, bold: (s: string) => `*${s}*` } as Parameters<typeof decisionTable>[1];
const summary = (rank: number, difference: number, shortfallBound: number): RankSummary => ({
  rank,
  seeds: 5,
  accuracy: 0.94 + difference,
  interval: [0.92, 0.96],
  differenceToBest: difference,
  differenceInterval: [difference - 0.003, difference + 0.003],
  shortfallBound,
});
const decision: Decision = {
  verdict: "adequate",
  rank: 4,
  bestRank: 8,
  metric: "accuracy",
  margin: 0.01,
  confidence: 0.95,
  seeds: 5,
  examples: 1000,
  ranks: [summary(4, -0.0021, 0.0051), summary(8, 0, -0.001)],
  explanation: "",
};

test("shares read as per cent, a possible loss is not understated, the recommended rank stands out", () => {
  expect(decisionTable(decision, plain)).toBe(
    [
      "rank             accuracy  may lose at most",
      "*   4  93.8 % [92.0, 96.0]        0.6 points*",
      "   8  94.0 % [92.0, 96.0]           nothing",
    ].join("\n"),
  );
});

test("by log loss the log loss comes first, and what may be lost of it", () => {
  const ranks = decision.ranks.map((one) => ({ ...one, logLoss: 0.2, logLossInterval: [0.1, 0.3] as const }));
  const [head, row] = decisionTable({ ...decision, metric: "log-loss", ranks }, plain).split("\n");
  expect(head).toMatch(/^rank +log loss +may lose at most +accuracy$/);
  expect(row).toContain("0.0051 nats");
});
