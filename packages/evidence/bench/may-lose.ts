/**
 * How often an open verdict's rank loses more than its headline says that it may. Prints markdown.
 *
 *     node --conditions=@lorank/source --import tsx bench/may-lose.ts [--sweeps=600] [--kinds=outcomes,groups,scores]
 *       [--worlds=plain] [--metrics=accuracy,log-loss] [--truths=equal,"gap 2"] [--ranks=2,4] [--seeds=3,5,10]
 */
import { bestBetOf } from "../src/decide/best-bet.ts";
import { compareRanks } from "../src/decide/compare.ts";
import { openBound } from "../src/decide/open-bound.ts";
import type { OutcomeTable } from "../src/decide/outcomes.ts";
import { pairedDesign } from "../src/decide/paired-design.ts";
import { type SimulatedWorld, simulatedLogLosses, simulateOutcomes } from "../src/decide/simulate.ts";
import { verdictOf } from "../src/decide/verdict.ts";
import { decideScores } from "../src/index.ts";
import { isSettled } from "../src/schema/rank-to-use.ts";
import type { MetricName, VerdictKind } from "../src/schema/types.ts";
import { median } from "../src/statistics/averages.ts";
import { randomStream } from "../src/statistics/random.ts";
import { drawGroups, groupWorlds, trueLogLoss, unequalSizes } from "./group-worlds.ts";
import { drawTable, worlds } from "./worlds.ts";

const options = new Map(
  process.argv.slice(2).map((argument) => argument.replace(/^--/, "").split("=") as [string, string]),
);
const names = (key: string, all: string): string[] => (options.get(key) ?? all).split(",");
const sweeps = Number(options.get("sweeps") ?? 600);
const seedCounts = names("seeds", "3,5,10").map(Number);
const allRanks = [4, 8, 16, 32];

/** The rank that a decision tells to use or to bet on, and the loss that it says is possible. */
interface Told {
  readonly verdict: VerdictKind;
  readonly rank: number;
  readonly mayLose: number;
}

/** Sweeps whose truth is known. */
interface Cell {
  readonly name: string;
  readonly ranks: readonly number[];
  readonly margin: number;
  /** True score of each rank; higher is better. */
  readonly truths: readonly number[];
  readonly told: (seeds: number, sweep: number) => Told;
}

/** What `decide` tells of outcomes. */
function toldOf(table: OutcomeTable, metric: MetricName, margin: number): Told {
  const design = pairedDesign(table);
  const { ranks } = design;
  const seeds = design.seeds.length;
  const comparison = compareRanks(design, metric, 0.95);
  const { verdict, rank, certifiedRank } = verdictOf({ ranks, seeds, margin, comparison });
  if (rank !== null) return { verdict, rank, mayLose: openBound(comparison, rank) };
  const sums = ranks.map((one) =>
    comparison.pairs.reduce(
      (sum, { first, second, fit }) => sum + (first === one ? fit.mean : second === one ? -fit.mean : 0),
      0,
    ),
  );
  const bestRank = ranks[sums.indexOf(Math.max(...sums))]!;
  const bet = bestBetOf({ ranks, seeds, comparison, certifiedRank, bestRank, metric });
  return { verdict, rank: bet.rank, mayLose: bet.mayLose! };
}

/** Accuracies of a truth, in margins of a point: the smallest rank is behind. */
function accuraciesOf(truth: string, count: number, top: number): number[] {
  if (truth === "rising") return allRanks.slice(0, count).map((_, index) => top - 0.02 * (count - 1 - index));
  const gap = truth === "equal" ? 0 : Number(truth.replace("gap ", "")) / 100;
  return allRanks.slice(0, count).map((_, index) => (index === 0 ? top - gap : top));
}

const metrics = names("metrics", "accuracy,log-loss") as MetricName[];
const kinds = names("kinds", "outcomes,groups,scores");
const counts = names("ranks", "2,4").map(Number);
const truths = names("truths", "equal,gap 2");
const isChosen = (name: string): boolean => options.get("worlds")?.split(",").includes(name) ?? true;

function* cellsOf(truth: string, count: number): Generator<Cell> {
  const ranks = allRanks.slice(0, count);
  if (kinds.includes("outcomes")) {
    const accuracies = accuraciesOf(truth, count, 0.85);
    for (const world of worlds.filter(({ name }) => name !== "collapse" && isChosen(name))) {
      if (!metrics.includes("accuracy")) continue;
      yield {
        ...{ name: `${world.name}, accuracy`, ranks, margin: 0.01, truths: accuracies },
        told: (seeds, sweep) =>
          toldOf(drawTable(world, accuracies, { seeds, examples: 872 }, sweep), "accuracy", 0.01),
      };
    }
    if (metrics.includes("log-loss") && isChosen("plain")) {
      const world = (seeds: number): SimulatedWorld => ({ ranks, accuracies, seeds, examples: 872 });
      yield {
        ...{ name: "plain, log loss", ranks, margin: 0.02 },
        truths: simulatedLogLosses(world(1)).map((loss) => 0 - loss),
        told: (seeds, sweep) => toldOf(simulateOutcomes(world(seeds), sweep), "log-loss", 0.02),
      };
    }
  }
  if (kinds.includes("groups")) {
    const accuracies = accuraciesOf(truth, count, 0.95);
    for (const world of groupWorlds.filter(({ name }) => name !== "rare" && isChosen(name))) {
      for (const [metric, margin] of [
        ["accuracy", 0.01],
        ["log-loss", 0.02],
      ] as const) {
        if (!metrics.includes(metric)) continue;
        for (const groups of [10, 30]) {
          yield {
            ...{ name: `${world.name}, ${groups} groups, ${metric}`, ranks, margin },
            truths:
              metric === "accuracy"
                ? accuracies
                : accuracies.map((accuracy, index) => 0 - trueLogLoss(world, accuracy, index)),
            told: (seeds, sweep) =>
              toldOf(
                drawGroups(world, { ranks, accuracies, seeds, sizes: unequalSizes(groups) }, sweep),
                metric,
                margin,
              ),
          };
        }
      }
    }
  }
  if (kinds.includes("scores")) {
    const accuracies = accuraciesOf(truth, count, 0.85);
    for (const [name, sds] of [
      ["even", [1, 1, 1, 1]],
      ["uneven", [3, 1, 1, 1]],
    ] as const) {
      for (const pairing of ["paired", "apart"] as const) {
        if (!isChosen(name)) continue;
        yield {
          ...{ name: `${name}, ${pairing}, scores`, ranks, margin: 0.01, truths: accuracies },
          told(seeds, sweep) {
            const random = randomStream(sweep);
            const runs = ranks.flatMap((rank, r) =>
              Array.from({ length: seeds }, (_, s) => ({
                rank,
                ...(pairing === "paired" ? { seed: s } : {}),
                score: accuracies[r]! + 0.01 * sds[r]! * random.normal(),
              })),
            );
            const { verdict, rank, bestBet, ranks: summaries } = decideScores({ runs }, { margin: 0.01 });
            const told = rank ?? bestBet!.rank;
            return {
              verdict,
              rank: told,
              mayLose: summaries.find((one) => one.rank === told)!.shortfallBound!,
            };
          },
        };
      }
    }
  }
}

const percent = (part: number, of: number): string => (of === 0 ? "" : ((100 * part) / of).toFixed(1));

function measured(cell: Cell, seeds: number) {
  const best = Math.max(...cell.truths);
  let [open, exceeded, ofAll] = [0, 0, 0];
  let [openNone, exceededNone] = [0, 0];
  const bounds: number[] = [];
  for (let i = 0; i < sweeps; i++) {
    const { verdict, rank, mayLose } = cell.told(seeds, 1_000_000 * seeds + i);
    const loss = best - cell.truths[cell.ranks.indexOf(rank)]!;
    // A bound below 0 is told as "no other rank is better".
    const isExceeded = loss > Math.max(0, mayLose) + 1e-12;
    if (isExceeded) ofAll++;
    if (isSettled({ verdict })) continue;
    open++;
    bounds.push(Math.max(0, mayLose) / cell.margin);
    if (isExceeded) exceeded++;
    if (verdict === "inconclusive") {
      openNone++;
      if (isExceeded) exceededNone++;
    }
  }
  return {
    open,
    exceeded,
    openNone,
    exceededNone,
    ofAll,
    bound: bounds.length > 0 ? median(bounds) : Number.NaN,
  };
}

console.log(
  "| truth, ranks | world | open | exceeded, of these | inconclusive | exceeded, of these | exceeded, of all | median bound in margins |",
);
console.log(`|${" --- |".repeat(8)}`);
const worst = { share: 0, name: "" };
for (const truth of truths) {
  for (const count of counts) {
    for (const cell of cellsOf(truth, count)) {
      const found = seedCounts.map((seeds) => measured(cell, seeds));
      const column = (of: (one: (typeof found)[number]) => string): string => found.map(of).join(", ");
      found.forEach(({ open, exceeded }, index) => {
        if (open < sweeps / 20 || exceeded / open <= worst.share) return;
        worst.share = exceeded / open;
        worst.name = `${truth}, ${count}, ${cell.name}, ${seedCounts[index]} seeds`;
      });
      console.log(
        `| ${[
          `${truth}, ${count}`,
          cell.name,
          column(({ open }) => percent(open, sweeps)),
          column(({ open, exceeded }) => percent(exceeded, open)),
          column(({ openNone }) => percent(openNone, sweeps)),
          column(({ openNone, exceededNone }) => percent(exceededNone, openNone)),
          column(({ ofAll }) => percent(ofAll, sweeps)),
          column(({ bound }) => bound.toFixed(1)),
        ].join(" | ")} |`,
      );
    }
  }
}
console.log(
  `\nWorst cell with at least a twentieth of its sweeps open: ${percent(worst.share, 1)} %, ${worst.name}`,
);
