import { compareRanks, metricMatrix, ownInterval, type PairwiseComparison } from "../src/decide/compare.ts";
import { independentSample } from "../src/decide/interval/example-sample.ts";
import { halfWidth, tailFactors } from "../src/decide/interval/half-width.ts";
import type { OutcomeTable } from "../src/decide/outcomes.ts";
import { type PairedDesign, pairedDesign } from "../src/decide/paired-design.ts";
import { type Verdict, verdictOf } from "../src/decide/verdict.ts";
import { decide } from "../src/index.ts";
import type { MetricName } from "../src/schema/types.ts";
import { drawTable, ranks, type Truth, type World } from "./worlds.ts";

export const margin = 0.01;
const confidence = 0.95;

export interface CellTally {
  readonly verdicts: Record<Verdict["verdict"], number>;
  /** Verdicts but `inconclusive` that recommend the smallest rank. */
  smallest: number;
  /** A certified rank whose true shortfall is the margin or more. */
  wronglyCertified: number;
  /** Any verdict that takes a rank whose true shortfall exceeds the margin, other than `extend`. */
  wronglyTaken: number;
  /** Some pair of ranks is claimed to differ that does not, or the other way round. */
  wrongDifference: number;
  /** Intervals of one rank, and of one pair at 95 % by itself, that hold the truth. */
  rankCovered: number;
  rankIntervals: number;
  pairCovered: number;
  pairIntervals: number;
  /** Sweeps in which the intervals of all pairs at once hold the truth. */
  familyCovered: number;
}

/** What is drawn, and what is true of it. */
export interface CellQuestion {
  readonly metric: MetricName;
  readonly margin: number;
  /** The true mean of each rank, in the metric's own unit. */
  readonly truths: readonly number[];
  readonly design: { readonly seeds: number; readonly examples: number };
  /** One sweep's outcomes; equal `seed`, equal table. */
  readonly draw: (seed: number) => OutcomeTable;
}

/** Draws the sweeps of a cell of accuracies and counts. */
export function tallyCell(
  world: World,
  truth: Truth,
  design: CellQuestion["design"],
  sweeps: number,
): CellTally {
  const draw = (seed: number): OutcomeTable => drawTable(world, truth.accuracies, design, seed);
  return tallySweeps({ metric: "accuracy", margin, truths: truth.accuracies, design, draw }, sweeps);
}

/** Draws sweeps and counts. The parts of `decide` are called one by one; some sweeps check that it agrees. */
export function tallySweeps(question: CellQuestion, sweeps: number): CellTally {
  const { metric, design, draw } = question;
  const tally: CellTally = {
    verdicts: { adequate: 0, extend: 0, provisional: 0, indistinguishable: 0, inconclusive: 0 },
    smallest: 0,
    wronglyCertified: 0,
    wronglyTaken: 0,
    wrongDifference: 0,
    rankCovered: 0,
    rankIntervals: 0,
    pairCovered: 0,
    pairIntervals: 0,
    familyCovered: 0,
  };
  // Higher is better.
  const scores = question.truths.map((truth) => (metric === "log-loss" ? -truth : truth));
  const best = Math.max(...scores);
  const plain = tailFactors(independentSample(design.examples), (1 - confidence) / 2);
  const first = 1_000_000 * design.seeds + 1000 * design.examples;
  for (let i = 0; i < sweeps; i++) {
    const table = draw(first + i);
    const { paired, comparison, verdict, rank, certifiedRank } = judge(table, metric, question.margin);
    const means = ranks.map((_, index) =>
      ownInterval(metricMatrix(paired, index, metric), { metric, confidence }),
    );
    means.forEach(({ interval: [low, high] }, index) => {
      tally.rankIntervals++;
      const truth = question.truths[index]!;
      if (truth >= low && truth <= high) tally.rankCovered++;
    });
    countPairs(comparison, scores, plain, tally);
    tally.verdicts[verdict]++;
    if (rank === ranks[0]) tally.smallest++;
    const shortfall = (one: number): number => best - scores[ranks.indexOf(one)]!;
    if (certifiedRank !== null && shortfall(certifiedRank) >= question.margin - 1e-9)
      tally.wronglyCertified++;
    if (rank !== null && verdict !== "extend" && shortfall(rank) > question.margin + 1e-9)
      tally.wronglyTaken++;
    if (i % 500 === 0 && decide(table, { metric, margin: question.margin }).verdict !== verdict)
      throw new Error("the study and decide disagree");
  }
  return tally;
}

/** What `decide` decides, without its sentences and its search for a larger design. */
export function judge(
  table: OutcomeTable,
  metric: MetricName = "accuracy",
  within = margin,
): Verdict & { paired: PairedDesign; comparison: PairwiseComparison } {
  const paired = pairedDesign(table);
  const comparison = compareRanks(paired, metric, confidence);
  const seeds = paired.seeds.length;
  return { paired, comparison, ...verdictOf({ ranks, seeds, margin: within, comparison }) };
}

function countPairs(
  { pairs }: PairwiseComparison,
  scores: readonly number[],
  plain: ReturnType<typeof tailFactors>,
  tally: CellTally,
): void {
  let all = true;
  let wrong = false;
  for (const pair of pairs) {
    const difference = scores[ranks.indexOf(pair.first)]! - scores[ranks.indexOf(pair.second)]!;
    const miss = Math.abs(pair.fit.mean - difference);
    tally.pairIntervals++;
    if (miss <= halfWidth(pair.fit, plain, pair.unit)) tally.pairCovered++;
    if (miss > pair.halfWidth) all = false;
    if (pair.supported && difference * pair.fit.mean <= 0) wrong = true;
  }
  if (all) tally.familyCovered++;
  if (wrong) tally.wrongDifference++;
}
