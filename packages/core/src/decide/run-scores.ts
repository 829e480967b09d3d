import { InputError } from "../errors.ts";
import type { DecisionFacts, FailureCause } from "../results/decision-facts.ts";
import { type Metric, metricOf } from "../results/metric.ts";
import { intervalMember, scoreMember } from "../results/scores.ts";
import type { Copies, RankScore, RunScores } from "../results/types.ts";
import { mean } from "../statistics/mean.ts";
import { normalQuantile } from "../statistics/normal.ts";
import { quantileOfUpperTail } from "../statistics/student-t.ts";
import { atBestRates, shareOfRates } from "./best-rates.ts";
import type { RunsFinding } from "./checks/check.ts";
import { claimTails } from "./claim-tails.ts";
import { besideOthers, type CollapsedCell, collapsedRuns } from "./collapsed-runs.ts";
import { claimFactors, type PairComparison, type PairwiseComparison, pairWidths } from "./compare.ts";
import { decideCompared } from "./decide.ts";
import type { CrossedFit } from "./interval/components.ts";
import { independentSample } from "./interval/example-sample.ts";
import { couplesOf, moderate } from "./interval/half-width.ts";
import { runTable } from "./outcomes.ts";
import { type PairedDesign, pairedDesign, underSeeds } from "./paired-design.ts";
import { assumedShares } from "./plan/pair-noise.ts";
import { type DecideOptions, type DecideSettings, scoreSettings } from "./settings.ts";

/** One run that is known by its score. */
export interface ScoredRun {
  readonly rank: number;
  /** Runs of several ranks under one seed are compared with each other. Absent if unknown. */
  readonly seed?: number;
  /** In the metric's unit: accuracy as a share, log loss in nats. */
  readonly score: number;
  /** Learning rate. Ranks with runs at several rates are compared at the best of each. */
  readonly rate?: number;
}

/** Scores of runs, one each. */
export interface RunScoreTable {
  readonly runs: readonly ScoredRun[];
  /** Evaluation examples behind each score, the same for all runs. Absent if unknown. */
  readonly examples?: number;
}

type SeededRun = ScoredRun & { readonly seed: number };
type ScoreDesign = PairedDesign<FailureCause, SeededRun>;

/** Stands for examples without noise of their own: in the quantiles it is as good as infinite. */
const manyExamples = 1_000_000;

/**
 * Decides which rank the scores of runs support, one score a run. It treats seeds as a sample. Of the examples it
 * knows no outcomes: without their number, or for a score that is no share, it speaks of these examples alone.
 *
 * The difference of two ranks has one value a seed. Its variance is at least that of rounding to the scores' last digit,
 * and is moderated by all pairs as that of outcomes is. If ranks have no seeds in common, runs are paired by chance,
 * which costs what the seeds would have explained. The examples' part of the noise cannot be seen without outcomes. It
 * is taken to be the share `assumedShares.example` of what differs between two runs. Its limits are a disagreement of
 * `leastDisagreement` and that of independent ranks.
 *
 * @throws InputError `E_DECIDE` for options that are wrong, a metric without a default margin, or runs that are.
 */
export function decideScores(table: RunScoreTable, options: DecideOptions = {}): DecisionFacts {
  const settings = scoreSettings(options);
  const metric = metricOf(settings.metric);
  const problems = runProblems(table, metric);
  if (problems.length > 0) throw new InputError("E_DECIDE", problems.join("\n"));
  const { runs, rates } = atBestRates(table.runs, metric.sign);
  const { design, isPaired } = designOf(runs);
  const examples = metric.isBinary ? table.examples : undefined;
  const noise =
    examples === undefined ? undefined : exampleNoise(withoutCollapsed(design, settings), examples);
  const { ranks, seeds, cells } = design;
  const runScores: RunScores = {
    runs: ranks.length * seeds.length,
    isPaired,
    ...(rates === undefined ? {} : { rates }),
    ...(noise === undefined ? {} : { exampleNoise: noise }),
  };
  const copies = copiesIn(design, metric);
  const share = shareOfRates(rates);
  const compareUnder = (under: readonly number[]): PairwiseComparison =>
    compareScores(underSeeds(design, under), settings, { examples, error: noise?.assumed ?? 0, share });
  const comparison = compareUnder([...seeds.keys()]);
  const collapsed = besideOthers(comparison.collapsed, scoresOf(design)).map(({ rank, seed, ...run }) => {
    const own = isPaired ? seeds[seed] : runs.filter((one) => one.rank === ranks[rank])[seed]?.seed;
    return { rank: ranks[rank]!, ...(own === undefined ? {} : { seed: own }), ...run };
  });
  const finding: Pick<RunsFinding, "forbids" | "members"> =
    copies === undefined
      ? {
          forbids: seeds.length > 1 ? [] : ["plan"],
          members: { runScores, ...(collapsed.length > 0 ? { collapsed } : {}) },
        }
      : { forbids: ["rank", "pairs"], members: { runScores, copies } };
  const means = cells.map((runs) => mean(runs.map(({ score }) => score)));
  const best = metric.sign > 0 ? Math.max(...means) : Math.min(...means);
  const bestRank = ranks[means.indexOf(best)]!;
  const own = { ...settings, confidence: 1 - (1 - settings.confidence) * share };
  const scores = cells.map((runs) => ownScore(runs, own, examples));
  const shown = { examples: table.examples ?? 0, scores, bestRank };
  const compared = { design, comparison, compareUnder, ...shown, ...finding };
  return withoutExamples(decideCompared(compared, settings), examples);
}

/** Leaves examples out of the advice where they are no part of the noise. */
function withoutExamples(facts: DecisionFacts, examples: number | undefined): DecisionFacts {
  const { needed, neededToCertify, ...rest } = facts;
  if (examples !== undefined) return facts;
  const now = { examples: facts.examples };
  return {
    ...rest,
    ...(needed === undefined ? {} : { needed: { ...needed, ...now } }),
    ...(neededToCertify === undefined ? {} : { neededToCertify: { ...neededToCertify, ...now } }),
  };
}

/** Describes what is wrong with runs as a whole; a reader of rows names the bad ones by their lines. */
function runProblems({ runs, examples }: RunScoreTable, { range: [least, most], noun }: Metric): string[] {
  const seen = new Set<string>();
  const problems = runs.length === 0 ? ["scores must hold at least one run, got none"] : [];
  if (examples !== undefined && !(Number.isSafeInteger(examples) && examples > 0))
    problems.push(`examples must be a whole number of at least 1, got ${examples}`);
  for (const { rank, seed, score, rate } of runs) {
    const at = rate === undefined ? "" : ` at rate ${rate}`;
    const name = `rank ${rank}${at}${seed === undefined ? "" : `, seed ${seed}`}`;
    if (!(Number.isSafeInteger(rank) && rank >= 0))
      problems.push(`rank must be a whole number of at least 0, got ${rank}`);
    if (!(Number.isFinite(score) && score >= least && score <= most))
      problems.push(`${name}: ${noun} must be a number from ${least} to ${most}, got ${score}`);
    if (seed !== undefined && seen.has(name)) problems.push(`${name}: must occur once, got it again`);
    seen.add(name);
  }
  return problems.slice(0, 5);
}

/** Pairs runs by their seeds, or by chance if that uses more runs: seeds are then numbered within each rank. */
function designOf(runs: readonly ScoredRun[]): { readonly design: ScoreDesign; readonly isPaired: boolean } {
  const counts = new Map<number, number>();
  const numbered = runs.map((run) => {
    const seed = counts.get(run.rank) ?? 0;
    counts.set(run.rank, seed + 1);
    return { ...run, seed };
  });
  const byChance = pairedDesign(runTable(numbered));
  const seeded = runs.filter((run): run is SeededRun => run.seed !== undefined);
  if (seeded.length < runs.length) return { design: byChance, isPaired: false };
  const paired = pairedDesign(runTable(seeded));
  const used = ({ ranks, seeds }: ScoreDesign): number => ranks.length * seeds.length;
  const isPaired = used(paired) >= used(byChance);
  return { design: isPaired ? paired : byChance, isPaired };
}

/** Fewest equal scores, beside the ones that they equal, that are no chance. */
const fewestEqual = 3;

/**
 * Finds scores that are equal wherever a setting differs, to the last digit: all seeds of each rank, or all ranks of
 * each seed. A perfect score is no evidence.
 */
function copiesIn({ cells, ranks }: ScoreDesign, { sign, range }: Metric): Copies | undefined {
  const runs = cells.filter((_, index) => ranks[index]! > 0);
  const perfect = range[sign > 0 ? 1 : 0];
  const columns = (runs[0] ?? []).map((_, s) => runs.map((row) => row[s]!));
  const areEqual = (groups: readonly (readonly SeededRun[])[]): boolean => {
    const repeats = groups.reduce((sum, group) => sum + group.length - 1, 0);
    const isSame = (group: readonly SeededRun[]) => group.every(({ score }) => score === group[0]!.score);
    return repeats >= fewestEqual && groups.every(isSame) && groups.some(([run]) => run!.score !== perfect);
  };
  const [byRank, bySeed] = [areEqual(runs), areEqual(columns)];
  if (!byRank && !bySeed) return undefined;
  const setting = byRank && bySeed ? "rank-and-seed" : byRank ? "seed" : "rank";
  const groups = setting === "rank-and-seed" ? [runs.flat()] : byRank ? runs : columns;
  const named = groups.filter(({ length }) => length > 1);
  return {
    setting,
    shownBy: "score",
    groups: named.map((group) => group.map(({ rank, seed }) => ({ rank, seed }))),
  };
}

/** Disagreement of two runs below which no example noise is assumed. */
const leastDisagreement = 0.02;

/** Standard errors of the examples in the difference of two ranks, of a score that is a share of `examples`. */
function exampleNoise(
  { cells }: Pick<ScoreDesign, "cells">,
  examples: number,
): Required<RunScores>["exampleNoise"] {
  const binomial = cells.map((runs) => {
    const share = mean(runs.map(({ score }) => score));
    return (share * (1 - share)) / examples;
  });
  const independent = 2 * mean(binomial);
  const squares = cells.flatMap((runs, i) =>
    cells.slice(i + 1).map((others) => variance(runs.map(({ score }, s) => score - others[s]!.score))),
  );
  const observed = squares.length === 0 ? 0 : mean(squares);
  const { example, residual } = assumedShares;
  const assumed = Math.max((example / residual) * observed, (example * leastDisagreement) / examples);
  return { assumed: Math.sqrt(Math.min(assumed, independent)), independent: Math.sqrt(independent) };
}

/** Sample variance, by n - 1; 0 for one value, which cannot show it. */
function variance(values: readonly number[]): number {
  const centre = mean(values);
  return values.reduce((sum, value) => sum + (value - centre) ** 2, 0) / Math.max(1, values.length - 1);
}

/** Noise of the examples in a difference: its standard error, 0 if it is not counted, and their number if it is. */
interface ExampleNoise {
  readonly error: number;
  readonly examples: number | undefined;
  /** Share of each tail that is left, since rates were chosen. */
  readonly share: number;
}

function compareScores(
  design: ScoreDesign,
  { metric, margin, confidence }: DecideSettings,
  { error, examples = manyExamples, share }: ExampleNoise,
): PairwiseComparison {
  const { ranks, seeds, cells } = design;
  const by = metricOf(metric);
  const collapsed = collapsedIn(design, { metric, margin });
  const tails = claimTails(confidence, { ranks: ranks.length, spend: (tail) => tail * share });
  const couples = couplesOf(ranks.length);
  const rounding = lastDigit(cells.flat()) ** 2 / 6; // of two numbers, each uniform within half a digit
  const fits = couples.map(([i, j]): CrossedFit => {
    const differences = cells[i]!.map(({ score }, s) => by.sign * (score - cells[j]![s]!.score));
    const seed = Math.max(variance(differences), rounding);
    return {
      mean: mean(differences),
      seeds: seeds.length,
      examples,
      groupSize: 1,
      components: { seed: seeds.length > 1 ? seed : null, example: error ** 2 * examples, residual: 0 },
      seedSquare: seed * examples,
      seedDf: seeds.length - 1,
      differing: examples,
    };
  });
  const sample = independentSample(examples);
  const factors = claimFactors(tails, seeds.length, sample);
  const noisy = collapsed.map(({ rank }) => rank);
  const pairs = moderate(fits, ranks.length, noisy).map((fit, index): PairComparison => {
    const [i, j] = couples[index]!;
    const widths = pairWidths(fit, { unit: 0, factors, isSmallest: i === 0 })(fit.seedSquare);
    const supported = seeds.length > 1 && Math.abs(fit.mean) > widths.halfWidth;
    return { first: ranks[i]!, second: ranks[j]!, fit, unit: 0, ...widths, supported };
  });
  return { pairs, tails, sample, collapsed };
}

/** The unit of the last digit of any score. Scores that agree to it may differ by as much. */
function lastDigit(runs: readonly ScoredRun[]): number {
  let digits = 0;
  while (digits < 12 && runs.some(({ score }) => Math.abs(Number(score.toFixed(digits)) - score) > 1e-13))
    digits++;
  return 10 ** -digits;
}

function collapsedIn(
  design: ScoreDesign,
  { metric, margin }: Pick<DecideSettings, "metric" | "margin">,
): CollapsedCell[] {
  const by = metricOf(metric);
  return collapsedRuns(scoresOf(design), by, Number.isNaN(by.defaultMargin) ? margin : by.defaultMargin);
}

/** The ranks none of whose runs collapsed; all of them if fewer than two are left. */
function withoutCollapsed(design: ScoreDesign, settings: DecideSettings): Pick<ScoreDesign, "cells"> {
  const collapsed = collapsedIn(design, settings);
  const whole = design.cells.filter((_, index) => !collapsed.some(({ rank }) => rank === index));
  return whole.length > 1 ? { cells: whole } : design;
}

/** `[ranks][seeds]` */
function scoresOf({ cells }: ScoreDesign): number[][] {
  return cells.map((runs) => runs.map(({ score }) => score));
}

/** Mean and interval of one rank by itself: Student's over its seeds, with the noise of a share of `examples`. */
function ownScore(
  runs: readonly SeededRun[],
  { metric, confidence }: DecideSettings,
  examples: number | undefined,
): RankScore {
  const by = metricOf(metric);
  const scores = runs.map(({ score }) => score);
  const centre = mean(scores);
  const tail = (1 - confidence) / 2;
  const seedPart =
    scores.length > 1
      ? quantileOfUpperTail(tail, scores.length - 1) ** 2 * (variance(scores) / scores.length)
      : 0;
  const examplePart =
    examples === undefined ? 0 : normalQuantile(tail) ** 2 * ((centre * (1 - centre)) / examples);
  const width = Math.sqrt(seedPart + examplePart);
  const [least, most] = by.range;
  const interval = [Math.max(least, centre - width), Math.min(most, centre + width)] as const;
  return { ...scoreMember(by, centre), ...intervalMember(by, by.intervalField, interval) };
}
