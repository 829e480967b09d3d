import { InputError } from "@lorank/core";
import { outcomeColumns } from "../../columns/outcome-columns.ts";
import { advantages, metricMatrix } from "../../decide/compare.ts";
import { fitCrossed, type ScoreMatrix } from "../../decide/interval/components.ts";
import { type ExampleSample, sampleOf } from "../../decide/interval/example-sample.ts";
import { halfWidth, tailFactors } from "../../decide/interval/half-width.ts";
import type { OutcomeCell } from "../../decide/outcomes.ts";
import { outcomesFromTrials } from "../../decide/outcomes-from-trials.ts";
import { comparedDesign, type PairedDesign } from "../../decide/paired-design.ts";
import { armNumber, namesIn } from "../../schema/arm-axis.ts";
import type { PointsFinding, RankPoints } from "../../schema/checks/points.ts";
import type { DecisionFacts } from "../../schema/decision-facts.ts";
import { bestStep, evaluationOn, groupsOn, type Halves, halvesOf } from "../../schema/halves.ts";
import { type Metric, metricOf } from "../../schema/metric.ts";
import { largestIn, leftOutOf, metricValues } from "../../schema/scores.ts";
import { classProblem } from "../../schema/set-metrics.ts";
import type { Evaluation, Interval, TrialResult } from "../../schema/types.ts";
import { mean } from "../../statistics/averages.ts";
import type { CheckInputs } from "../find.ts";

/** Stands for a run's own last step, which may differ between arms. */
const atEnd = Number.POSITIVE_INFINITY;

/**
 * Best point beside the last of a sweep's trials: one half of the examples chooses the step, one for all ranks and
 * seeds, and the other half scores it. Undefined without points that all compared runs share, without known steps, or
 * with too few examples for two halves.
 *
 * @throws InputError `E_OUTCOMES` for a point with another count of examples than its trial's evaluation.
 */
export function pointsOnExamples(
  decision: DecisionFacts,
  { trials, validationGroups, decideOn }: CheckInputs,
): PointsFinding | undefined {
  const { metric, confidence, axis } = decision;
  const by = metricOf(metric);
  const ranks = decision.ranks.map(({ rank }) => rank);
  const compared = trials.filter(({ spec }) => ranks.includes(armNumber(spec, axis)));
  const runs = compared.filter(({ status }) => status === "completed");
  const ends = runs.map(stepsOf);
  const shared = sharedSteps(runs, by);
  if (shared.length === 0 || ends.includes(undefined)) return undefined;
  assertSameExamples(runs, namesIn(axis), axis);
  const examples = runs[0]!.evaluation!.correct.length;
  const leftOut = leftOutOf(runs.flatMap(({ evaluation, points }) => [evaluation, ...evaluationsOf(points)]));
  const isKept = (example: number): boolean => !leftOut.has(example);
  const halves = halvesOf(examples, validationGroups);
  const { choosing, scored }: Halves = {
    choosing: halves.choosing.filter(isKept),
    scored: halves.scored.filter(isKept),
  };
  const trialsAt = (step: number, on: readonly number[]) => compared.map((trial) => trialAt(trial, step, on));
  const designAt = (step: number, on: readonly number[]): PairedDesign => {
    const groups = validationGroups && groupsOn(validationGroups, on);
    return comparedDesign(outcomesFromTrials(trialsAt(step, on), groups, [], { axis }));
  };
  const canScore = [choosing, scored].every((half) => half.length > 1);
  if (!canScore || ![choosing, scored].every((half) => canCompare(designAt(atEnd, half), by)))
    return undefined;
  const steps = [...shared, atEnd];
  const choosingScores = steps.map((one) => ({ step: one, scores: scoresOf(designAt(one, choosing), by) }));
  const stepBy = (seeds: (seed: number) => boolean): number =>
    bestStep(
      choosingScores.map((one) => ({
        step: one.step,
        score: mean(one.scores.map((row) => mean(row.filter((_, seed) => seeds(seed))))),
      })),
      by,
    )!;
  const step = stepBy(() => true);
  const lastStep = Math.max(...(ends as number[]));
  const [chosen, last] = [designAt(step, scored), designAt(atEnd, scored)];
  const byOthers = (): PairedDesign => {
    const longest = chosen.cells.reduce((a, b) => (b.length > a.length ? b : a));
    const bySeed = longest.map((_, seed) =>
      designAt(
        stepBy((other) => other !== seed),
        scored,
      ),
    );
    return {
      ...chosen,
      cells: chosen.cells.map((row, r) => row.map((_, seed) => bySeed[seed]!.cells[r]![seed]!)),
    };
  };
  const gains = step === atEnd ? noGains(ranks) : gainsOf({ chosen, last, byOthers }, by, confidence);
  const kept = Array.from({ length: examples }, (_, example) => example).filter(isKept);
  const curves = steps.map((one) => scoresOf(designAt(one, kept), by).map(mean));
  const [atChosen, atLast] = [chosen, last].map((design) => scoresOf(design, by).map(mean));
  const endOf = (rank: number): number =>
    Math.max(...runs.flatMap((run, i) => (armNumber(run.spec, axis) === rank ? [ends[i]!] : [])));
  // Conditions are on outcomes that a point may lack.
  const canDecide =
    step !== atEnd && runs.every((run) => hasSecondary(run, atEnd) === hasSecondary(run, step));
  const answer = canDecide ? decideOn?.(trialsAt(step, scored), scored) : undefined;
  return {
    step: step === atEnd ? lastStep : step,
    lastStep,
    chosenBy: "examples",
    choosingExamples: choosing.length,
    scoredExamples: scored.length,
    confidence,
    ...gains.all,
    ranks: chosen.ranks.map(
      (rank, r): RankPoints => ({
        rank,
        curve: steps.map((one, i) => ({ step: one === atEnd ? endOf(rank) : one, score: curves[i]![r]! })),
        chosen: atChosen![r]!,
        last: atLast![r]!,
        ...gains.byRank[r]!,
      }),
    ),
    ...(answer === undefined ? {} : { answer }),
  };
}

/** Last step of a run; undefined if its trainer does not tell. */
function stepsOf({ steps, lossCurve }: TrialResult): number | undefined {
  return steps ?? lossCurve.at(-1)?.step;
}

function evaluationsOf(points: TrialResult["points"] = []): Evaluation[] {
  return points.map(({ evaluation }) => evaluation);
}

/** Steps at which each run has an evaluation by the metric, ascending. */
function sharedSteps(runs: readonly TrialResult[], { column }: Metric): number[] {
  const { member } = outcomeColumns[column];
  const [first = [], ...others] = runs.map(({ points = [] }) =>
    points.filter(({ evaluation }) => evaluation[member] !== undefined).map(({ step }) => step),
  );
  return first.filter((step) => others.every((steps) => steps.includes(step))).sort((a, b) => a - b);
}

function assertSameExamples(
  runs: readonly TrialResult[],
  nameOf: (rank: number) => string,
  axis: DecisionFacts["axis"],
): void {
  const examples = runs[0]!.evaluation!.correct.length;
  for (const { spec, points = [] } of runs) {
    const wrong = points.find(({ evaluation }) => evaluation.correct.length !== examples);
    if (wrong === undefined) continue;
    const name = `${nameOf(armNumber(spec, axis))}, seed ${spec.seed}`;
    const got = wrong.evaluation.correct.length;
    throw new InputError(
      "E_OUTCOMES",
      `${name}: the outcomes after step ${wrong.step} must be of ${examples} examples, got ${got}`,
    );
  }
}

/** Trial as it was after a step, on some of the examples. */
function trialAt(trial: TrialResult, step: number, on: readonly number[]): TrialResult {
  const { points: _, evaluation: __, ...rest } = trial;
  const found = evaluationAt(trial, step);
  if (found === undefined) return rest;
  const { secondary } = found;
  return { ...rest, evaluation: { ...evaluationOn(found, on), ...(secondary ? { secondary } : {}) } };
}

function evaluationAt({ points = [], evaluation }: TrialResult, step: number): Evaluation | undefined {
  return step === atEnd ? evaluation : points.find((point) => point.step === step)?.evaluation;
}

function hasSecondary(trial: TrialResult, step: number): boolean {
  return evaluationAt(trial, step)?.secondary !== undefined;
}

/** Tells whether runs can be scored: by two examples or groups at least, and for a metric such as F1 by each class. */
function canCompare({ cells }: PairedDesign, by: Metric): boolean {
  const first = cells[0]?.[0];
  if (first === undefined || sampleOf(first).units < 2) return false;
  return classProblem(by, { truth: first.truth }) === undefined;
}

/** Mean scores, `[ranks][seeds]`. */
function scoresOf({ cells }: PairedDesign, { name }: Metric): number[][] {
  return cells.map((runs) => runs.map((cell) => mean(metricValues(cell, name))));
}

interface Gain {
  readonly gain: number;
  readonly gainInterval?: Interval;
}

interface Gains {
  readonly byRank: readonly Gain[];
  /** Gain of the ranks' mean. */
  readonly all: Gain;
}

/** Gains of the last step over itself. */
function noGains(ranks: readonly number[]): Gains {
  return { byRank: ranks.map(() => ({ gain: 0 })), all: { gain: 0 } };
}

interface ChosenRuns {
  readonly chosen: PairedDesign;
  readonly last: PairedDesign;
  /** Runs after the steps that the other seeds choose; needs two seeds. */
  readonly byOthers: () => PairedDesign;
}

/**
 * Gains of the chosen step over the last. An interval covers Student's interval of these runs, and that of runs after
 * the step that other seeds choose: a step may be the luck of the runs that chose it.
 */
function gainsOf({ chosen, last, byOthers }: ChosenRuns, by: Metric, confidence: number): Gains {
  const [first] = last.cells[0]! as readonly [OutcomeCell];
  const seeds = Math.min(...last.cells.map(({ length }) => length));
  const fits = (design: PairedDesign): { readonly byRank: readonly Gain[]; readonly all: Gain } => {
    const sample = sampleOf(first, by);
    const rows = design.ranks.map((_, rank) => gainRows(design, last, rank, by));
    const ofAll = Array.from({ length: seeds }, (_, seed) =>
      Float64Array.from(rows[0]![seed]!, (_, e) => mean(rows.map((own) => own[seed]![e]!))),
    );
    const gain = (matrix: ScoreMatrix): Gain => gainOf(matrix, sample, largestIn(first, by), confidence);
    return { byRank: rows.map(gain), all: gain(ofAll) };
  };
  const own = fits(chosen);
  if (seeds < 2) return own;
  const others = fits(byOthers());
  return {
    byRank: own.byRank.map((gain, rank) => covering(gain, others.byRank[rank]!)),
    all: covering(own.all, others.all),
  };
}

/** Gain whose interval covers another's. */
function covering(gain: Gain, other: Gain): Gain {
  const [a, b] = [gain.gainInterval!, other.gainInterval!];
  return { ...gain, gainInterval: [Math.min(a[0], b[0]), Math.max(a[1], b[1])] };
}

/** Advantages of a rank's runs over themselves at the end, `[seeds, examples]`. */
function gainRows(design: PairedDesign, last: PairedDesign, rank: number, by: Metric): ScoreMatrix {
  return advantages(metricMatrix(design, rank, by.name), metricMatrix(last, rank, by.name), by.name);
}

/** Mean of paired differences, `[seeds, examples]`, with Student's interval over seeds and examples. */
function gainOf(matrix: ScoreMatrix, sample: ExampleSample, limit: number, confidence: number): Gain {
  const fit = fitCrossed(matrix, sample);
  if (matrix.length < 2) return { gain: fit.mean };
  const width = halfWidth(fit, tailFactors(sample, (1 - confidence) / 2), limit);
  return { gain: fit.mean, gainInterval: [fit.mean - width, fit.mean + width] };
}
