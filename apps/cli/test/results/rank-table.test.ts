import { type Decision, parametersCost, type Results, type TrialResult } from "@lorank/evidence/results";
import { expect, test } from "vitest";
import { decisionTable, rankDocuments, renderRankTable } from "../../src/results/verdict.ts";

const plain = { dim: (s: string) => s, bold: (s: string) => `*${s}*` } as Parameters<typeof decisionTable>[1];

function trial(rank: number, seed: number): TrialResult {
  return {
    status: "completed",
    spec: { seed, lora: { rank } },
    trainableParams: 1000 * rank,
    optimizerBytes: 8000 * rank,
    adapterBytes: 4000 * rank,
    measured: { peakResidentBytes: 2e8 + seed, seconds: { total: 40 + seed } },
  } as TrialResult;
}

const summary = (rank: number, accuracy: number) => ({
  rank,
  seeds: 3,
  accuracy,
  interval: [accuracy - 0.01, accuracy + 0.01] as const,
  differenceToBest: accuracy - 0.94,
  differenceInterval: [accuracy - 0.95, accuracy - 0.93] as const,
  shortfallBound: 0.948 - accuracy,
});
const prediction = (rank: number, accuracy: number, logLoss?: number) => ({
  rank,
  accuracy,
  ...(logLoss === undefined ? {} : { logLoss }),
  advantage: accuracy - 0.94,
  interval: [accuracy - 0.95, accuracy - 0.93] as const,
});
const decision: Decision = {
  verdict: "adequate",
  rank: 8,
  bestRank: 16,
  metric: "accuracy",
  margin: 0.01,
  confidence: 0.95,
  seeds: 3,
  examples: 1000,
  ranks: [summary(8, 0.935), summary(16, 0.94)],
  excluded: [{ rank: 4, reason: "real runs were 2.0 ± 0.5 points below rank 16" }],
  probe: {
    fromRank: 16,
    probeSeeds: [0, 1],
    confirmationSeeds: 3,
    pilots: [],
    predictions: [prediction(2, 0.81, 0.4), prediction(4, 0.938), prediction(8, 0.939), prediction(16, 0.94)],
    confirmations: [
      { rank: 4, seeds: 3, share: 0.9, advantage: -0.02, interval: [-0.025, -0.015], outcome: "refuted" },
      { rank: 8, seeds: 3, share: 0.09, advantage: -0.005, interval: [-0.01, 0], outcome: "held" },
    ],
    runs: 9,
    truncations: 6,
    gridRuns: 20,
  },
  explanation: "",
};
const results = {
  sweep: { ranks: [2, 4, 8, 16], seeds: [0, 1, 2] },
  trials: [4, 8, 16].flatMap((rank) => [0, 1, 2].map((seed) => trial(rank, seed))),
  decision,
} as unknown as Results;

test("a rank that was not trained has its prediction and no costs", () => {
  const [untrained, refuted, chosen] = rankDocuments(results);
  expect(untrained).toEqual({ rank: 2, role: "not-trained", prediction: decision.probe!.predictions[0] });
  expect(refuted).not.toHaveProperty("prediction");
  expect(refuted?.role).toBe("left-behind");
  expect(chosen).toEqual({
    rank: 8,
    role: "recommended",
    trainableParams: 8000,
    optimizerBytes: 64_000,
    adapterBytes: 32_000,
    peakResidentBytes: 2e8 + 2,
    secondsPerTrial: 41,
    summary: decision.ranks[0],
  });
});

test("the table says what is predicted, what was refuted and what was measured", () => {
  expect(renderRankTable(results, plain, { columns: 200 })).toBe(
    [
      "rank  trainable  optimiser  adapter  peak memory  time a trial             accuracy  may lose at most         log loss",
      "   2                                                               81.0 % predicted                    0.400 predicted",
      "   4     4.00 k    32.0 kB  16.0 kB       200 MB          41 s         not compared",
      "*   8     8.00 k    64.0 kB  32.0 kB       200 MB          41 s  93.5 % [92.5, 94.5]        1.3 points*",
      "  16     16.0 k     128 kB  64.0 kB       200 MB          41 s  94.0 % [93.0, 95.0]        0.8 points",
    ].join("\n"),
  );
});

test("where it is too wide, costs and quality are two tables", () => {
  const [costs, quality] = renderRankTable(results, plain, { columns: 100, all: true }).split("\n\n");
  expect(costs!.split("\n")[0]).toMatch(/^rank +trainable.*time a trial$/);
  expect(quality!.split("\n")[0]).toMatch(/^rank +accuracy/);
});

test("without --all it has the last costs that fit beside the quality", () => {
  const titles = (columns: number) =>
    renderRankTable(results, plain, { columns }).split("\n")[0]!.split(/ {2,}/);
  const quality = ["accuracy", "may lose at most", "log loss"];
  expect(titles(95)).toEqual(["rank", "peak memory", "time a trial", ...quality]);
  expect(titles(85)).toEqual(["rank", "time a trial", ...quality]);
  expect(titles(40)).toEqual(["rank", ...quality]);
});

test("the decision alone has the compared ranks and those that were only predicted", () => {
  const lines = decisionTable(decision, plain).split("\n");
  expect(lines.slice(1).map((line) => line.replace("*", "").trim().split(" ")[0])).toEqual(["2", "8", "16"]);
  expect(lines[1]).toContain("81.0 % predicted");
});

test("the best bet is bold where no rank is recommended", () => {
  const open: Decision = { ...decision, verdict: "inconclusive", rank: null, bestBet: { rank: 16 } };
  const bold = decisionTable(open, plain)
    .split("\n")
    .filter((line) => line.startsWith("*"));
  expect(bold).toHaveLength(1);
  expect(bold[0]).toMatch(/^\* *16 /);
});

test("the collapsed runs of each rank stand beside its mean where there are any", () => {
  const run = { rank: 16, seed: 1, score: 0.5, others: [0.93, 0.95] as const };
  const [head, ...lines] = decisionTable({ ...decision, collapsed: [run] }, plain).split("\n");
  expect(head).toMatch(/accuracy +collapsed +may lose at most/);
  expect(lines.map((line) => /\d of 3/.exec(line)?.[0])).toEqual([undefined, "0 of 3", "1 of 3"]);
  expect(decisionTable(decision, plain)).not.toContain("collapsed");
});

const names = [
  "attention and the feed-forward layers at rank 8",
  "attention and the feed-forward layers, rank 8",
  "the same long beginning, A, and the same end",
  "the same long beginning, B, and the same end",
];
const armed: Decision = {
  ...{ ...decision, rank: 2, bestRank: 3, ranks: [1, 2, 3, 4].map((arm) => summary(arm, 0.93)) },
  axis: { by: "arm", names, cost: { of: parametersCost, values: [1000, 2000, 3000, 4000] } },
};
const { probe: _, excluded: __, ...armDecision } = armed;
const armResults = {
  sweep: { ranks: [1, 2, 3, 4], seeds: [0], axis: armed.axis },
  trials: names.map((arm, i) => ({ ...trial(i + 1, 0), spec: { arm, seed: 0, lora: { rank: 8 } } })),
  decision: armDecision,
} as unknown as Results;
const titlesOf = (table: string): string[] => table.split("\n")[0]!.split(/ {2,}/);

test("long names of arms lack their middle, but where two would look alike", () => {
  const [, ...lines] = renderRankTable(armResults, plain, { columns: 120 }).split("\n");
  expect(lines.map((line) => line.replace("*", "").split(/ {2,}/)[0])).toEqual([
    "attention and the f…at rank 8",
    "attention and the f…rs, rank 8",
    ...names.slice(2),
  ]);
  expect(decisionTable(armDecision, plain, 100)).toContain("…");
  expect(decisionTable(armDecision, plain)).not.toContain("…");
});

test("trained parameters that are the arms' cost stand once, and a narrow terminal drops them last", () => {
  const sweep = titlesOf(renderRankTable(armResults, plain, { columns: 240 }));
  expect(sweep.slice(0, 7)).toEqual([
    ...["arm", "optimiser", "adapter", "peak memory", "time a trial", "trainable", "accuracy"],
  ]);
  expect(titlesOf(renderRankTable(armResults, plain, { columns: 115 }))).toContain("trainable");
  expect(titlesOf(decisionTable(armDecision, plain)).slice(0, 3)).toEqual([
    "arm",
    "trainable parameters",
    "accuracy",
  ]);
});
