import { sha256Hex } from "@lorank/checkpoint/sha256";
import { InputError } from "@lorank/core";
import {
  bestStep,
  canonicalJson,
  type EngineSpec,
  type Evaluation,
  evaluationOn,
  type Halves,
  halvesOf,
  type Metric,
  metricOf,
  scoreOf,
  type TrialPoint,
} from "@lorank/evidence/schema";
import { trainDefaults } from "../defaults.ts";

/** Rule by which a training's best step is chosen. */
export interface Choosing {
  readonly metric: Metric;
  readonly halves: Halves;
}

/**
 * Rule by which a spec's best step is chosen: by its task's default metric, or the answers' own, on half of the
 * validation examples.
 * @param groups group number by validation example, from 0. (default: each example is its own)
 * @throws InputError `E_CONFIG` for examples that have no two halves.
 */
export function choosingOf(
  { task, answers }: Pick<EngineSpec, "task" | "answers">,
  examples: number,
  groups?: readonly number[],
): Choosing {
  const halves = halvesOf(examples, groups);
  if (halves.scored.length === 0) {
    const rule = "must be in two groups or more, for one half to choose a step and one to score it";
    throw new InputError("E_CONFIG", `the validation examples ${rule}, got 1`);
  }
  // Answers have no losses of their own: the share of right ones decides, as in a sweep.
  const name = answers === undefined ? trainDefaults.metric[task.kind] : "accuracy";
  return { metric: metricOf(name), halves };
}

/** Early stopping of a spec, which names the groups by hash: they decide which step ends the training. */
export function earlyStopping(
  patience: number,
  groups?: readonly number[],
): NonNullable<EngineSpec["earlyStopping"]> {
  return { patience, ...(groups && { groupsSha256: sha256Hex(canonicalJson(groups)) }) };
}

/** Throws InputError `E_DATASET` for other groups than a spec's early stopping names. */
export function assertNamedGroups(
  { patience, groupsSha256 }: NonNullable<EngineSpec["earlyStopping"]>,
  groups?: readonly number[],
): void {
  const got = earlyStopping(patience, groups).groupsSha256;
  if (got === groupsSha256) return;
  throw new InputError(
    "E_DATASET",
    `validationGroups must be the groups that the trial names (SHA-256 ${groupsSha256 ?? "none"}), got ${got ?? "none"}`,
  );
}

/** Step with the best score on the choosing half; undefined without a score. */
export function chosenOf(points: readonly TrialPoint[], { metric, halves }: Choosing): number | undefined {
  const scored = points.map(({ step, evaluation }) => ({
    step,
    score: scoreOn(evaluation, halves.choosing, metric),
  }));
  return bestStep(
    scored.filter(({ score }) => Number.isFinite(score)),
    metric,
  );
}

/** Mean of a metric over some examples; NaN if a judge left all of them out. */
export function scoreOn(evaluation: Evaluation, examples: readonly number[], metric: Metric): number {
  return scoreOf(evaluationOn(evaluation, examples), metric) ?? Number.NaN;
}
