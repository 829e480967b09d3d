import { type Comparison, compareRanks, metricMatrix, ownInterval } from "../src/decide/compare.ts";
import type { CrossedFit } from "../src/decide/components.ts";
import { decide } from "../src/decide/decide.ts";
import { halfWidth, tailFactors, varianceOfMean } from "../src/decide/half-width.ts";
import type { OutcomeTable } from "../src/decide/outcomes.ts";
import { type PairedDesign, pairedDesign } from "../src/decide/paired-design.ts";
import { type Verdict, verdictOf } from "../src/decide/verdict.ts";
import { quantileOfUpperTail } from "../src/statistics/student-t.ts";
import { runAccuracies } from "./practices.ts";
import { drawTable, ranks, type Truth, type World } from "./worlds.ts";

export const margin = 0.01;
const confidence = 0.95;

export interface CellTally {
  readonly verdicts: Record<Verdict["verdict"], number>;
  /** Verdict `adequate` on a rank whose true shortfall is the margin or more. */
  wronglyAdequate: number;
  /** Any verdict that takes a rank whose true shortfall exceeds the margin, other than `extend`. */
  wronglyTaken: number;
  /** Some pair of ranks is claimed to differ that does not, or the other way round. */
  wrongDifference: number;
  /** Intervals of one rank, and of one pair at 95 % by itself, that hold the truth. */
  rankCovered: number;
  rankIntervals: number;
  pairCovered: number;
  oldPairCovered: number;
  pairIntervals: number;
  /** Sweeps in which the intervals of all pairs at once hold the truth. */
  familyCovered: number;
}

/** Draws the sweeps of a cell and counts. The parts of `decide` are called one by one; some sweeps check that it agrees. */
export function tallyCell(
  world: World,
  truth: Truth,
  design: { readonly seeds: number; readonly examples: number },
  sweeps: number,
): CellTally {
  const tally: CellTally = {
    verdicts: { adequate: 0, indistinguishable: 0, inconclusive: 0, extend: 0 },
    wronglyAdequate: 0,
    wronglyTaken: 0,
    wrongDifference: 0,
    rankCovered: 0,
    rankIntervals: 0,
    pairCovered: 0,
    oldPairCovered: 0,
    pairIntervals: 0,
    familyCovered: 0,
  };
  const { accuracies } = truth;
  const best = Math.max(...accuracies);
  const plain = tailFactors(design.seeds, design.examples, (1 - confidence) / 2);
  const first = 1_000_000 * design.seeds + 1000 * design.examples;
  for (let i = 0; i < sweeps; i++) {
    const table = drawTable(world, accuracies, design, first + i);
    const { paired, comparison, verdict, rank } = judge(table);
    const means = ranks.map((_, index) =>
      ownInterval(metricMatrix(paired, index, "accuracy"), "accuracy", confidence),
    );
    means.forEach(({ interval: [low, high] }, index) => {
      tally.rankIntervals++;
      if (accuracies[index]! >= low && accuracies[index]! <= high) tally.rankCovered++;
    });
    countPairs(comparison, accuracies, plain, tally);
    tally.verdicts[verdict]++;
    if (rank !== null) {
      const shortfall = best - accuracies[ranks.indexOf(rank)]!;
      if (verdict === "adequate" && shortfall >= margin - 1e-9) tally.wronglyAdequate++;
      if (verdict !== "extend" && shortfall > margin + 1e-9) tally.wronglyTaken++;
    }
    if (i % 500 === 0 && decide(table).verdict !== verdict) throw new Error("the study and decide disagree");
  }
  return tally;
}

/** What `decide` decides, without its sentences and its search for a larger design. */
export function judge(table: OutcomeTable): Verdict & { paired: PairedDesign; comparison: Comparison } {
  const paired = pairedDesign(table);
  const comparison = compareRanks(paired, "accuracy", confidence);
  const { means } = runAccuracies(table);
  const bestRank = ranks[means.indexOf(Math.max(...means))]!;
  const seeds = paired.seeds.length;
  return { paired, comparison, ...verdictOf({ ranks, bestRank, seeds, margin, comparison }) };
}

function countPairs(
  { pairs }: Comparison,
  accuracies: readonly number[],
  plain: ReturnType<typeof tailFactors>,
  tally: CellTally,
): void {
  let all = true;
  let wrong = false;
  for (const pair of pairs) {
    const difference = accuracies[ranks.indexOf(pair.first)]! - accuracies[ranks.indexOf(pair.second)]!;
    const miss = Math.abs(pair.fit.mean - difference);
    tally.pairIntervals++;
    if (miss <= halfWidth(pair.fit, plain, pair.unit)) tally.pairCovered++;
    if (miss <= separateWidth(pair.fit, plain, pair.unit)) tally.oldPairCovered++;
    if (miss > pair.halfWidth) all = false;
    if (pair.supported && difference * pair.fit.mean <= 0) wrong = true;
  }
  if (all) tally.familyCovered++;
  if (wrong) tally.wrongDifference++;
}

/** The half-width of decision 0005, which the present one replaced: each noise its own t, squares added. */
function separateWidth(fit: CrossedFit, factors: ReturnType<typeof tailFactors>, unit: number): number {
  const { seedPart, examplePart } = varianceOfMean(fit.components, fit.seeds, fit.examples);
  const t = fit.seeds > 1 ? quantileOfUpperTail(factors.tail, fit.seeds - 1) : 0;
  return Math.sqrt(t * t * seedPart + factors.example ** 2 * examplePart + (unit * factors.unseen) ** 2);
}
