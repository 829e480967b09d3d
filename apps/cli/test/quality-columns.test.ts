import type { Decision, RankSummary } from "@lorank/core/results";
import { expect, test } from "vitest";
import { decisionTable } from "../src/results/decision-table.ts";

const plain = { dim: (s: string) => s, bold: (s: string) => `*${s}*` } as Parameters<typeof decisionTable>[1];
const summary = (rank: number, difference: number, half: number): RankSummary => ({
  rank,
  seeds: 5,
  accuracy: 0.94 + difference,
  interval: [0.92, 0.96],
  differenceToBest: difference,
  differenceInterval: [difference - half, difference + half],
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
  ranks: [summary(4, -0.0021, 0.0034), summary(8, 0, 0)],
  explanation: "",
};

test("shares read as per cent, differences as points with a real minus sign, the recommended rank stands out", () => {
  expect(decisionTable(decision, plain)).toBe(
    [
      "rank             accuracy  difference to the best, in points",
      "*   4  93.8 % [92.0, 96.0]                  −0.2 [−0.5, +0.1]*",
      "   8  94.0 % [92.0, 96.0]                               best",
    ].join("\n"),
  );
});
