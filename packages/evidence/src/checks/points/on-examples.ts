import { InputError } from "@lorank/core";
import { outcomeColumns } from "../../columns/outcome-columns.ts";
import { sampleOf } from "../../decide/interval/example-sample.ts";
import { outcomesFromTrials } from "../../decide/outcomes-from-trials.ts";
import { comparedDesign, type PairedDesign } from "../../decide/paired-design.ts";
import { armNumber, namesIn } from "../../schema/arm-axis.ts";
import type { PointsFinding, RankPoints } from "../../schema/checks/points.ts";
import type { DecisionFacts } from "../../schema/decision-facts.ts";
import { groupsOn } from "../../schema/group-numbers.ts";
import { bestStep, evaluationOn, type Halves, halvesOf } from "../../schema/halves.ts";
import { type Metric, metricOf } from "../../schema/metric.ts";
import { leftOutOf, metricValues } from "../../schema/scores.ts";
import { classProblem } from "../../schema/set-values.ts";
import type { Evaluation, TrialResult } from "../../schema/types.ts";
import { mean } from "../../statistics/averages.ts";
import type { CheckInputs } from "../find.ts";
import { gainsOf, noGains } from "./gains.ts";
import { atEnd, sharedSteps } from "./steps.ts";

/**
 * Best point beside the last of a sweep's trials. One half of the examples chooses the step for all ranks and seeds;
 * the other half scores it. Undefined without points that all compared runs share, without known steps, or with too few
 * examples for two halves.
 *
 * @throws InputError `E_OUTCOMES` for a point with another count of examples than its trial's evaluation.
 */
export function pointsOnExamples(decision: DecisionFacts, inputs: CheckInputs): PointsFinding | undefined {
  const sweep = sweepOnTheWay(decision, inputs);
  if (sweep === undefined) return undefined;
  const { by, runs, steps, halves, all, trialsAt, designAt, endOf } = sweep;
  const { choosing, scored } = halves;
  const stepBy = chooser(sweep);
  const step = stepBy(() => true);
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
  const { confidence } = decision;
  const gains = step === atEnd ? noGains(chosen.ranks) : gainsOf({ chosen, last, byOthers }, by, confidence);
  const curves = steps.map((one) => meansOf(designAt(one, all), by));
  const [atChosen, atLast] = [meansOf(chosen, by), meansOf(last, by)];
  const lastStep = Math.max(...chosen.ranks.map(endOf));
  // Conditions are on outcomes that a point may lack.
  const canDecide =
    step !== atEnd && runs.every((run) => hasSecondary(run, atEnd) === hasSecondary(run, step));
  const answer = canDecide ? inputs.decideOn?.(trialsAt(step, scored), scored) : undefined;
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
        chosen: atChosen[r]!,
        last: atLast[r]!,
        ...gains.byRank[r]!,
      }),
    ),
    ...(answer === undefined ? {} : { answer }),
  };
}

/** Compared trials of a sweep, at each of the steps and on any of the examples. */
interface SweepOnTheWay {
  readonly by: Metric;
  /** Completed trials. */
  readonly runs: readonly TrialResult[];
  /** Shared steps, and the end. */
  readonly steps: readonly number[];
  readonly halves: Halves;
  /** Both halves. */
  readonly all: readonly number[];
  readonly trialsAt: (step: number, on: readonly number[]) => TrialResult[];
  readonly designAt: (step: number, on: readonly number[]) => PairedDesign;
  /** Last step of a rank's trials. */
  readonly endOf: (rank: number) => number;
}

function sweepOnTheWay(
  { metric, axis, ranks }: DecisionFacts,
  { trials, validationGroups }: CheckInputs,
): SweepOnTheWay | undefined {
  const by = metricOf(metric);
  const numberOf = ({ spec }: TrialResult): number => armNumber(spec, axis);
  const compared = trials.filter((trial) => ranks.some(({ rank }) => rank === numberOf(trial)));
  const runs = compared.filter(({ status }) => status === "completed");
  const ends = runs.map((run) => ({ rank: numberOf(run), step: stepsOf(run) }));
  const shared = sharedSteps(runs.map((run) => stepsWith(run, by)));
  if (shared.length === 0 || ends.some(({ step }) => step === undefined)) return undefined;
  assertSameExamples(runs, (run) => `${namesIn(axis)(numberOf(run))}, seed ${run.spec.seed}`);
  const trialsAt = (step: number, on: readonly number[]) => compared.map((trial) => trialAt(trial, step, on));
  const designAt = (step: number, on: readonly number[]): PairedDesign => {
    const groups = validationGroups && groupsOn(validationGroups, on);
    return comparedDesign(outcomesFromTrials(trialsAt(step, on), groups, [], { axis }));
  };
  const leftOut = leftOutOf(runs.flatMap(({ evaluation, points }) => [evaluation, ...evaluationsOf(points)]));
  const isKept = (example: number): boolean => !leftOut.has(example);
  const { choosing, scored } = halvesOf(runs[0]!.evaluation!.correct.length, validationGroups);
  const halves: Halves = { choosing: choosing.filter(isKept), scored: scored.filter(isKept) };
  const canScore = (half: readonly number[]): boolean =>
    half.length > 1 && canCompare(designAt(atEnd, half), by);
  if (!canScore(halves.choosing) || !canScore(halves.scored)) return undefined;
  return {
    ...{ by, runs, steps: [...shared, atEnd], halves, trialsAt, designAt },
    all: [...halves.choosing, ...halves.scored].sort((a, b) => a - b),
    endOf: (own) => Math.max(...ends.flatMap(({ rank, step }) => (rank === own ? [step!] : []))),
  };
}

/** Function that chooses a step by the runs of some seeds, on the choosing half. */
function chooser({
  by,
  steps,
  halves,
  designAt,
}: SweepOnTheWay): (isOf: (seed: number) => boolean) => number {
  const scores = steps.map((step) => ({ step, ranks: scoresOf(designAt(step, halves.choosing), by) }));
  return (isOf) => {
    const ofSeeds = (row: readonly number[]): number => mean(row.filter((_, seed) => isOf(seed)));
    return bestStep(
      scores.map(({ step, ranks }) => ({ step, score: mean(ranks.map(ofSeeds)) })),
      by,
    )!;
  };
}

/** Last step of a run; undefined if its trainer does not tell. */
function stepsOf({ steps, lossCurve }: TrialResult): number | undefined {
  return steps ?? lossCurve.at(-1)?.step;
}

function evaluationsOf(points: TrialResult["points"] = []): Evaluation[] {
  return points.map(({ evaluation }) => evaluation);
}

/** Steps at which a run has an evaluation by the metric. */
function stepsWith({ points = [] }: TrialResult, { column }: Metric): number[] {
  const { member } = outcomeColumns[column];
  return points.filter(({ evaluation }) => evaluation[member] !== undefined).map(({ step }) => step);
}

function assertSameExamples(runs: readonly TrialResult[], nameOf: (run: TrialResult) => string): void {
  const examples = runs[0]!.evaluation!.correct.length;
  for (const run of runs) {
    const wrong = run.points?.find(({ evaluation }) => evaluation.correct.length !== examples);
    if (wrong === undefined) continue;
    const got = wrong.evaluation.correct.length;
    throw new InputError(
      "E_OUTCOMES",
      `${nameOf(run)}: the outcomes after step ${wrong.step} must be of ${examples} examples, got ${got}`,
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

/** Mean scores by rank. */
function meansOf(design: PairedDesign, by: Metric): number[] {
  return scoresOf(design, by).map(mean);
}
