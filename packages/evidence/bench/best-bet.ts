/**
 * Which rank to choose on three seeds of a sweep, judged by the others: policies on published runs. Prints markdown.
 *
 *     node --conditions=@lorank/source --import tsx bench/best-bet.ts [runs.csv]
 */
import { bestBetOf } from "../src/decide/best-bet.ts";
import { compareRanks } from "../src/decide/compare.ts";
import { pairedDesign } from "../src/decide/paired-design.ts";
import { ranksInPlay, verdictOf } from "../src/decide/verdict.ts";
import { mean, median } from "../src/statistics/averages.ts";
import { randomStream } from "../src/statistics/random.ts";
import { smoothedChoice, smoothedModels } from "./bet-model.ts";
import { type PublishedCell, publishedCells, splitsOf, tableOfScores } from "./published-runs.ts";

/** Seeds of a sweep that are chosen on. */
type Sweep = Pick<PublishedCell, "ranks" | "scores" | "task">;

/** Ranks that a policy chooses; several with equal weight. */
type Policy = (sweep: Sweep) => readonly number[];

const bestMean: Policy = ({ ranks, scores }) => [ranks[largest(scores.map(mean))]!];

const withinOfBest =
  (margin: number): Policy =>
  ({ ranks, scores }) => {
    const means = scores.map(mean);
    return [ranks[means.findIndex((one) => one >= Math.max(...means) - margin)]!];
  };

/** Chooses by the verdict, where it is open by its best bet or by the sentence that stood in its place. */
const verdictWith =
  (margin: number, open: "best bet" | "old sentence"): Policy =>
  (sweep) => {
    const { rank, bet, cheapest } = judged(sweep, margin);
    return [rank ?? (open === "best bet" ? bet.rank : cheapest)];
  };

function judged(sweep: Sweep, margin: number) {
  const design = pairedDesign(tableOfScores(sweep));
  const comparison = compareRanks(design, "accuracy", 0.95);
  const { ranks } = design;
  const seeds = design.seeds.length;
  const { rank, certifiedRank } = verdictOf({ ranks, seeds, margin, comparison });
  const bestRank = bestMean(sweep)[0]!;
  const bet = bestBetOf({ ranks, seeds, comparison, certifiedRank, bestRank, metric: "accuracy" });
  return { rank, bet, cheapest: certifiedRank ?? ranksInPlay(ranks, comparison)[0]! };
}

function largest(values: readonly number[]): number {
  return values.indexOf(Math.max(...values));
}

const file = process.argv[2];
const cells = publishedCells(
  file ? new URL(file, `file://${process.cwd()}/`) : new URL("data/sun-bert.csv", import.meta.url),
);
const models = smoothedModels(cells);
const margins = [0.01, 0.02, 0.03];

const policies: readonly (readonly [string, Policy])[] = [
  [
    "best of one seed",
    ({ ranks, scores }) => scores[0]!.map((_, s) => ranks[largest(scores.map((row) => row[s]!))]!),
  ],
  ["best mean of three", bestMean],
  ["best median of three", ({ ranks, scores }) => [ranks[largest(scores.map(median))]!]],
  ["always 16", () => [16]],
  ["always 32", () => [32]],
  ...margins.map(
    (margin) => [`smallest within ${100 * margin} of the best mean`, withinOfBest(margin)] as const,
  ),
  ...margins.map(
    (margin) =>
      [`verdict at ${100 * margin}, the best bet where open`, verdictWith(margin, "best bet")] as const,
  ),
  ...margins.map(
    (margin) =>
      [
        `verdict at ${100 * margin}, the cheapest unbeaten where open`,
        verdictWith(margin, "old sentence"),
      ] as const,
  ),
  ["model, fitted on other tasks", (sweep) => [smoothedChoice(sweep, models.get(sweep.task)!.atAnyRank)]],
  [
    "model, fitted on other tasks at no larger rank",
    (sweep) => [smoothedChoice(sweep, models.get(sweep.task)!.atNoLargerRank)],
  ],
];

const trials = cells.flatMap(({ ranks, scores, task }) =>
  splitsOf(scores[0]!.length, 3).map(({ chosen, left }) => ({
    sweep: { ranks, task, scores: scores.map((row) => chosen.map((seed) => row[seed]!)) },
    held: scores.map((row) => mean(left.map((seed) => row[seed]!))),
  })),
);

console.log(`${cells.length} cells, ${trials.length} splits\n`);
console.log(
  "| policy | regret, points | standard error | geometric mean of the ranks |\n| --- | --: | --: | --: |",
);
for (const [name, policy] of policies) {
  const found = trials.map(({ sweep, held }) => {
    const chosen = policy(sweep);
    const regret = mean(chosen.map((rank) => Math.max(...held) - held[sweep.ranks.indexOf(rank)]!));
    return { regret, log: mean(chosen.map(Math.log2)) };
  });
  // Splits of a cell share runs, so the cells are the sample.
  const byCell = cells.map((_, c) => {
    const size = trials.length / cells.length;
    return mean(found.slice(c * size, (c + 1) * size).map(({ regret }) => regret));
  });
  const regret = mean(byCell);
  const error = Math.sqrt(
    byCell.reduce((sum, one) => sum + (one - regret) ** 2, 0) / (byCell.length - 1) / byCell.length,
  );
  const rank = 2 ** mean(found.map(({ log }) => log));
  console.log(
    `| ${name} | ${(100 * regret).toFixed(2)} | ${(100 * error).toFixed(2)} | ${rank.toFixed(1)} |`,
  );
}

console.log("\n| margin, points | conclusive | where open: expected loss | regret | may lose | lost more |");
console.log("| --: | --: | --: | --: | --: | --: |");
for (const margin of margins) {
  const found = trials.map(({ sweep, held }) => {
    const { rank, bet } = judged(sweep, margin);
    return { rank, bet, regret: Math.max(...held) - held[sweep.ranks.indexOf(bet.rank)]! };
  });
  const open = found.filter(({ rank }) => rank === null);
  const columns = [
    `${((100 * (found.length - open.length)) / found.length).toFixed(0)} %`,
    (100 * mean(open.map(({ bet }) => bet.expectedLoss!))).toFixed(2),
    (100 * mean(open.map(({ regret }) => regret))).toFixed(2),
    (100 * mean(open.map(({ bet }) => bet.mayLose!))).toFixed(1),
    `${((100 * open.filter(({ bet, regret }) => regret > bet.mayLose!).length) / open.length).toFixed(1)} %`,
  ];
  console.log(`| ${100 * margin} | ${columns.join(" | ")} |`);
}

/** Sweeps of three seeds around the means of a cell, which are true then, with the residuals of all of its runs. */
const random = randomStream(1);
const drawn = cells.flatMap(({ ranks, scores, task }) => {
  const truths = scores.map(mean);
  const residuals = scores.flatMap((row, r) => row.map((score) => (score - truths[r]!) * Math.sqrt(5 / 4)));
  const residual = (): number => residuals[Math.floor(random.uniform() * residuals.length)]!;
  return Array.from({ length: 10 }, () => {
    const sweep = { ranks, task, scores: truths.map((truth) => [0, 1, 2].map(() => truth + residual())) };
    const { bet } = judged(sweep, 0.02);
    return { expected: bet.expectedLoss!, loss: Math.max(...truths) - truths[ranks.indexOf(bet.rank)]! };
  });
});
const [expected, loss] = [mean(drawn.map((one) => one.expected)), mean(drawn.map((one) => one.loss))];
console.log(
  `\nAround known means the bet is expected to lose ${(100 * expected).toFixed(2)} points and loses ${(100 * loss).toFixed(2)}.`,
);
