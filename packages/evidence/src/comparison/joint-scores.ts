import { pairOf } from "../decide/compare.ts";
import { compareScores } from "../decide/compare-scores.ts";
import { isGrid, type ScoredRun, scoreDesign } from "../decide/score-design.ts";
import { atBestRates, exampleNoise, ownScore } from "../methods/grid/decide-scores.ts";
import { type Metric, metricOf } from "../schema/metric.ts";
import { meansOf, scoreIn } from "../schema/scores.ts";
import { mean } from "../statistics/averages.ts";
import { type CompareSettings, type JointRuns, RankNumbers, type Side } from "./joint-runs.ts";

/** Joint design of two results by a score each run. Examples, if counted, are samples of each side's own. */
export function jointScores(sides: readonly [Side, Side], settings: CompareSettings): JointRuns {
  const { metric, margin, confidence, sharesExamples } = settings;
  const by = metricOf(metric);
  const scored = sides.map((side) => scoresOf(side, by)) as [readonly ScoredRun[], readonly ScoredRun[]];
  const ranks = scored.map((runs) => [...new Set(runs.map(({ rank }) => rank))].sort((a, b) => a - b));
  const numbers = new RankNumbers(sides, ranks as [number[], number[]]);
  const runs = ([0, 1] as const).flatMap((side) =>
    scored[side].map(({ seed, ...run }) => ({
      ...run,
      rank: numbers.of(side, run.rank),
      // Seeds of other examples have nothing in common.
      ...(seed === undefined || !sharesExamples ? {} : { seed }),
    })),
  );
  const design = scoreDesign(runs);
  const runsOf = (number: number): readonly ScoredRun[] => design.cells[design.ranks.indexOf(number)]!;
  const examplesOf = ({ runs }: Side): number | undefined => (by.isBinary ? runs.examples : undefined);
  const counts = sides.map(examplesOf);
  const [first, second] = counts;
  const isCounted = first !== undefined && second !== undefined;
  const count = isCounted ? Math.min(first, second) : undefined;
  return {
    numberOf: (side, rank) => numbers.among(design.ranks, side, rank),
    sharedRanks: () => numbers.shared(design.ranks),
    // The examples' noise is of the pair's own scores, so each pair has a comparison of its own.
    comparison: (pairTail) => (a, b) => {
      const error = isCounted ? exampleError([runsOf(a), runsOf(b)], [first, second], sharesExamples) : 0;
      const family = { ranks: design.ranks.length, pairTail };
      const { pairs } = compareScores(
        design,
        { metric, margin, confidence },
        { error, examples: count, share: 1, family },
      );
      const { pair, mean: advantage } = pairOf(pairs, a, b);
      const isClaimed = runsOf(a).length > 1 && runsOf(b).length > 1;
      return { advantage, halfWidth: pair.halfWidth, isClaimed };
    },
    scoreOf(number) {
      const own = runsOf(number);
      const side = number > numbers.of(0, ranks[0]!.at(-1)!) ? 1 : 0;
      return { runs: own.length, ...ownScore(own, { metric, confidence }, counts[side]) };
    },
    pairing: (a, b) => {
      const pair = [runsOf(a), runsOf(b)];
      return {
        seeds: {
          count: Math.min(...pair.map(({ length }) => length)),
          are: isGrid({ cells: pair }) ? "paired" : "apart",
        },
        examples: { ...(count === undefined ? {} : { count }), are: sharesExamples ? "shared" : "separate" },
      };
    },
    areCopies: (a, b) => sharesExamples && areAlike(runsOf(a), runsOf(b), by),
  };
}

/** Fewest runs whose equal scores are no chance. */
const enoughAlike = 3;

/** Tells equal scores; perfect ones are no evidence of copies. */
function areAlike(first: readonly ScoredRun[], second: readonly ScoredRun[], { range }: Metric): boolean {
  if (first.length < enoughAlike || first.length !== second.length) return false;
  if (first.every(({ score }) => range.includes(score))) return false;
  return first.every(({ score }, index) => score === second[index]!.score);
}

/** Runs of a side by a score each; at each rank's best learning rate. */
function scoresOf({ runs }: Side, by: Metric): readonly ScoredRun[] {
  if (runs.kind === "scores") return atBestRates(runs.runs, by.sign).runs;
  return runs.cells.map(({ rank, seed, ...outcomes }) => ({
    ...{ rank, seed },
    score: scoreIn(meansOf(outcomes, by.name), by)!,
  }));
}

/** Standard error that the choice of examples adds: of shared ones as in measured sweeps, else of independent ones. */
function exampleError(
  cells: readonly [readonly ScoredRun[], readonly ScoredRun[]],
  counts: readonly [number, number],
  areShared: boolean,
): number {
  if (areShared) return exampleNoise({ cells }, Math.min(...counts)).assumed;
  return Math.sqrt(binomial(cells[0], counts[0]) + binomial(cells[1], counts[1]));
}

/** Variance of a share of `examples` independent examples. */
function binomial(runs: readonly ScoredRun[], examples: number): number {
  const share = mean(runs.map(({ score }) => score));
  return (share * (1 - share)) / examples;
}
