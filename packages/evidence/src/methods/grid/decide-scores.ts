import { assertList, InputError } from "@lorank/core";
import { checkScores } from "../../checks/finds.ts";
import { armsInOrder, renumbered } from "../../decide/arm-order.ts";
import type { ClaimFamily } from "../../decide/claim-tails.ts";
import type { CollapsedCell } from "../../decide/collapsed-runs.ts";
import { collapsedIn, compareScores, scoresOf } from "../../decide/compare-scores.ts";
import { compareJointly } from "../../decide/conditions/findings.ts";
import { decideCompared, familyOf } from "../../decide/decide.ts";
import { couplesOf } from "../../decide/interval/half-width.ts";
import { pairedSeeds } from "../../decide/interval/run-noise.ts";
import { ascending } from "../../decide/outcomes.ts";
import { assumedShares } from "../../decide/plan/pair-noise.ts";
import {
  fewestRuns,
  isGrid,
  pairNoises,
  type ScoreDesign,
  type ScoredRun,
  scoreDesign,
  scoresBySeed,
  sharedSeeds,
} from "../../decide/score-design.ts";
import { secondaryProblems } from "../../decide/secondary-problems.ts";
import { type DecideOptions, type DecideSettings, scoreSettings } from "../../decide/settings.ts";
import type { ArmAxis } from "../../schema/arm-types.ts";
import type { DecisionFacts } from "../../schema/decision-facts.ts";
import { bestOf, type Metric, metricOf } from "../../schema/metric.ts";
import { intervalMember, scoreMember } from "../../schema/scores.ts";
import type { ChosenRate, RankScore, RunScores } from "../../schema/types.ts";
import { mean, variance } from "../../statistics/averages.ts";
import { normalQuantile } from "../../statistics/normal.ts";
import { quantileOfUpperTail } from "../../statistics/student-t.ts";

interface RatedRun {
  readonly rank: number;
  readonly rate?: number;
  readonly score: number;
}

interface BestRates<Run> {
  readonly runs: readonly Run[];
  readonly rates?: readonly ChosenRate[];
}

/**
 * Runs at each rank's best rate by mean score; among equals, the lower. Rates with fewer runs are excluded: few are
 * lucky more easily.
 */
export function atBestRates<Run extends RatedRun>(runs: readonly Run[], sign: 1 | -1): BestRates<Run> {
  const ranks = ascending(runs.map(({ rank }) => rank));
  const chosen = ranks.map((rank) => bestRate(rank, runs, sign));
  if (chosen.every(({ tried }) => tried < 2)) return { runs };
  const isChosen = (run: Run): boolean =>
    chosen.some(({ rank, rate }) => rank === run.rank && rate === run.rate);
  return {
    runs: runs.filter(isChosen),
    rates: chosen.flatMap(({ rank, rate, tried }) => (rate === undefined ? [] : [{ rank, rate, tried }])),
  };
}

function bestRate(rank: number, runs: readonly RatedRun[], sign: 1 | -1) {
  const own = runs.filter((run) => run.rank === rank);
  const rates = [...new Set(own.map(({ rate }) => rate))].sort((a, b) => a! - b!);
  const scores = rates.map((rate) => own.filter((run) => run.rate === rate).map(({ score }) => score));
  const most = Math.max(...scores.map(({ length }) => length));
  const quality = scores.map((ofRate) => (ofRate.length < most ? -Infinity : sign * mean(ofRate)));
  return { rank, rate: rates[quality.indexOf(Math.max(...quality))], tried: rates.length };
}

/** Error share left by the choice of rates: 1 / (pairs of rates), after Bonferroni. */
export function shareOfRates(rates: readonly ChosenRate[] = []): number {
  const most = Math.max(1, ...rates.map(({ tried }) => tried));
  return 1 / most ** 2;
}

export interface RunScoreTable {
  readonly runs: readonly ScoredRun[];
  /** Examples behind each score, equal for all runs; absent if unknown. */
  readonly examples?: number;
  /** Arms in place of ranks. */
  readonly axis?: ArmAxis | undefined;
}

/**
 * Decides which rank the scores of whole runs support. Seeds are a sample. Without an example count, or for a score
 * other than a share, the claims are about these examples alone.
 *
 * Runs under the same named seed are paired: see {@link pairNoises}. A difference varies at least by rounding. The
 * examples' part is unseen: the share `assumedShares.example` of the disagreement, from `leastDisagreement` up to that
 * of independent ranks.
 *
 * @throws InputError `E_DECIDE` for wrong options or runs, or a metric without a default margin.
 */
export function decideScores(table: RunScoreTable, options: DecideOptions = {}): DecisionFacts {
  assertList("runs", table.runs);
  const settings = scoreSettings(options);
  const metric = metricOf(settings.metric);
  const problems = [
    ...runProblems(table, metric),
    ...secondaryProblems(settings.secondary, table.runs, table.axis),
  ];
  if (problems.length > 0) throw new InputError("E_DECIDE", problems.join("\n"));
  const { runs, rates, axis } = inOrder(atBestRates(table.runs, metric.sign), table.axis, metric.sign);
  const design = scoreDesign(runs);
  const { ranks, cells } = design;
  const seeds = fewestRuns(design);
  const examples = metric.isBinary ? table.examples : undefined;
  const noise =
    examples === undefined ? undefined : exampleNoise(withoutCollapsed(design, settings), examples);
  const runScores: RunScores = {
    runs: cells.flat().length,
    pairing: pairingOf(design),
    ...(rates === undefined ? {} : { rates }),
    ...(noise === undefined ? {} : { exampleNoise: noise }),
  };
  const share = shareOfRates(rates);
  const compare = (compared: ScoreDesign, family: Pick<ClaimFamily, "bestMayFail">) =>
    compareScores(compared, settings, {
      examples,
      error: noise?.assumed ?? 0,
      share,
      family: { ...familyOf(compared.ranks.length, axis), ...family },
    });
  const { forbids, members } = checkScores({ design, examples }, settings);
  const means = scoresOf(design).map(mean);
  const best = bestOf(means, metric);
  const own = { ...settings, confidence: 1 - (1 - settings.confidence) * share };
  const comparedIn = (runs: ScoreDesign) =>
    compareJointly(runs, settings.secondary, own.confidence, (family) => compare(runs, family));
  const compared = {
    ...comparedIn(design),
    design: { ...design, seeds: Array.from({ length: seeds }, (_, i) => i), failures: [] },
    examples: table.examples ?? 0,
    compareWithout: (runs: readonly CollapsedCell[]) => {
      const left = withoutRuns(design, runs);
      const seeds = fewestRuns(left);
      return seeds < 2 ? undefined : { seeds, ...comparedIn(left) };
    },
    scores: cells.map((runs) => ({ seeds: runs.length, ...ownScore(runs, own, examples) })),
    bestRank: ranks[means.indexOf(best)]!,
    forbids: seeds > 1 ? forbids : [...forbids, "plan" as const],
    members: { runScores, ...members },
  };
  return withoutExamples(decideCompared(compared, settings, { axis }), examples);
}

/** Runs with their arms in order; ranks stay as they are. */
function inOrder(
  { runs, rates }: BestRates<ScoredRun>,
  axis: ArmAxis | undefined,
  sign: 1 | -1,
): BestRates<ScoredRun> & Pick<RunScoreTable, "axis"> {
  if (axis === undefined) return rates === undefined ? { runs } : { runs, rates };
  const { axis: ordered, numberOf } = armsInOrder(axis, (arm) => {
    const own = runs.filter(({ rank }) => rank === arm);
    return own.length === 0 ? -Infinity : sign * mean(own.map(({ score }) => score));
  });
  const chosen = rates && { rates: renumbered(rates, numberOf).sort((a, b) => a.rank - b.rank) };
  return { runs: renumbered(runs, numberOf), ...chosen, axis: ordered };
}

function pairingOf({ cells }: ScoreDesign): RunScores["pairing"] {
  if (isGrid({ cells })) return "all";
  const bySeed = cells.map(scoresBySeed);
  const isShared = couplesOf(cells.length).some(([i, j]) => {
    const { count } = sharedSeeds(cells[i]!, bySeed[j]!);
    return pairedSeeds(count, cells[i]!.length, cells[j]!.length) > 0;
  });
  return isShared ? "some" : "none";
}

function withoutRuns(design: ScoreDesign, runs: readonly CollapsedCell[]): ScoreDesign {
  const isLeft = (rank: number, index: number): boolean =>
    !runs.some((run) => run.rank === rank && run.seed === index);
  return { ...design, cells: design.cells.map((row, rank) => row.filter((_, index) => isLeft(rank, index))) };
}

/** Leaves examples out of the advice if they are no part of the noise: then seeds alone have to suffice. */
function withoutExamples(facts: DecisionFacts, examples: number | undefined): DecisionFacts {
  const { needed, ...rest } = facts;
  if (examples !== undefined || needed === undefined) return facts;
  const { onlySeeds } = needed;
  if (onlySeeds === undefined) return rest;
  return { ...rest, needed: { ...needed, examples: facts.examples, seeds: onlySeeds } };
}

/** Faults that runs have as a whole; readers name bad rows by line. */
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

/** Disagreement between two runs below which no example noise is assumed. */
const leastDisagreement = 0.02;

/**
 * Noise that the choice of `examples` adds to a difference: as large as in measured sweeps, and of independent ranks. Standard
 * errors, in the metric's unit.
 */
export function exampleNoise(
  { cells }: Pick<ScoreDesign, "cells">,
  examples: number,
): Required<RunScores>["exampleNoise"] {
  const binomial = cells.map((runs) => {
    const share = mean(runs.map(({ score }) => score));
    return (share * (1 - share)) / examples;
  });
  const independent = 2 * mean(binomial);
  const squares = pairNoises({ cells }).map(({ own }) => own);
  const observed = squares.length === 0 ? 0 : mean(squares);
  const { example, residual } = assumedShares;
  const assumed = Math.max((example / residual) * observed, (example * leastDisagreement) / examples);
  return { assumed: Math.sqrt(Math.min(assumed, independent)), independent: Math.sqrt(independent) };
}

/** Ranks without a collapsed run; all ranks if fewer than two remain. */
function withoutCollapsed(design: ScoreDesign, settings: DecideSettings): Pick<ScoreDesign, "cells"> {
  const collapsed = collapsedIn(design, settings);
  const whole = design.cells.filter((_, index) => !collapsed.some(({ rank }) => rank === index));
  return whole.length > 1 ? { cells: whole } : design;
}

/** Student's interval for a rank over the seeds, with sampling noise if the score is a share of `examples`. */
export function ownScore(
  runs: readonly ScoredRun[],
  { metric, confidence }: Pick<DecideSettings, "metric" | "confidence">,
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
