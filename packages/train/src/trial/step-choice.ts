import {
  type EngineResult,
  type Evaluation,
  evaluationOn,
  type Interval,
  type Metric,
  type MetricName,
  type TrialPoint,
} from "@lorank/evidence/schema";
import { trainDefaults } from "../defaults.ts";
import { stepsOf } from "../prepare/point-steps.ts";
import { choosingOf, chosenOf, scoreOn } from "./choosing.ts";

/** Scores after a step, on the validation examples that chose no step. */
export interface StepScores {
  readonly step: number;
  /** Score by the deciding metric, in its unit. */
  readonly score: number;
  readonly accuracy: number;
  /** Mean log loss in nats. */
  readonly logLoss: number;
}

/**
 * Choice of the step whose adapter is written: the best on one half of the validation examples. Its scores are of the
 * other half, which chose nothing.
 */
export interface StepChoice {
  readonly metric: MetricName;
  readonly chosen: StepScores;
  /** Last trained step; the chosen one if no other did better. Absent if the training diverged. */
  readonly last?: StepScores;
  /** Steps of a training that no patience ends. */
  readonly plannedSteps: number;
  /** Gain of the chosen step over the last, positive if better. Absent if the training diverged. */
  readonly gain?: number;
  /**
   * Interval around the gain, paired by example, for this training alone. Absent if the last step is chosen, and for a
   * single scored example or group.
   */
  readonly gainInterval?: Interval;
  readonly confidence: number;
  /** Counts of the validation examples that chose the step, and that scored it. */
  readonly choosingExamples: number;
  readonly scoredExamples: number;
}

/**
 * Chooses the best step of a training with evaluations on the way, the last one included; of equal steps the first. Of a
 * diverged training, the best step on the way. Undefined without evaluations on the way, and if a judge left out a whole half.
 */
export async function stepChoice(
  { spec, points, evaluation, steps }: Omit<EngineResult, "trialId">,
  groups?: readonly number[],
): Promise<StepChoice | undefined> {
  const [first] = points ?? [];
  if (points === undefined || first === undefined) return undefined;
  const choosing = choosingOf(spec, first.evaluation.correct.length, groups);
  const { metric, halves } = choosing;
  const end = evaluation && { step: steps, evaluation };
  const all = end === undefined ? points : [...points, end];
  const best = chosenOf(all, choosing);
  const chosen = all.find(({ step }) => step === best);
  if (chosen === undefined) return undefined;
  const isLeftOut = (example: number): boolean =>
    [chosen.evaluation, evaluation].some((one) => one?.answers?.[example]?.leftOut === true);
  const scored = halves.scored.filter((example) => !isLeftOut(example));
  if (scored.length === 0) return undefined;
  const ofChosen = scoresAt(chosen, scored, metric);
  return {
    metric: metric.name,
    chosen: ofChosen,
    plannedSteps: stepsOf(spec.optimizer, spec.data.trainExamples),
    ...(end && (await againstEnd(end))),
    confidence: trainDefaults.confidence,
    choosingExamples: halves.choosing.length,
    scoredExamples: scored.length,
  };

  async function againstEnd(end: TrialPoint): Promise<Pick<StepChoice, "last" | "gain" | "gainInterval">> {
    const last = scoresAt(end, scored, metric);
    if (best === end.step) return { last, gain: 0 };
    const gain = metric.sign * (ofChosen.score - last.score);
    const interval = await gainInterval([chosen!.evaluation, end.evaluation], scored, { metric, groups });
    return { last, gain, ...interval };
  }
}

function scoresAt({ step, evaluation }: TrialPoint, examples: readonly number[], metric: Metric): StepScores {
  const { accuracy, logLoss } = evaluationOn(evaluation, examples);
  return { step, score: scoreOn(evaluation, examples, metric), accuracy, logLoss: logLoss! };
}

/** Interval around the gain of the first of two evaluations over the second, as of two ranks under one seed. */
async function gainInterval(
  evaluations: readonly [Evaluation, Evaluation],
  examples: readonly number[],
  { metric, groups }: { readonly metric: Metric; readonly groups: readonly number[] | undefined },
): Promise<Pick<StepChoice, "gainInterval">> {
  const units = groups && examples.map((example) => groups[example]!);
  if (new Set(units ?? examples).size < 2) return {};
  const ranks = [1, 2];
  const cells = evaluations.map((evaluation, i) => {
    const { correct, logLosses } = evaluationOn(evaluation, examples);
    return { rank: ranks[i]!, seed: 1, correct, logLoss: logLosses!, ...(units && { groups: units }) };
  });
  const table = { ranks, seeds: [1], cells, failures: [], examples: examples.length };
  const { decide } = await import("@lorank/evidence"); // a sweep's trials do without
  const { pairs } = decide(table, { metric: metric.name, confidence: trainDefaults.confidence });
  return pairs === undefined ? {} : { gainInterval: pairs[0]!.interval };
}
