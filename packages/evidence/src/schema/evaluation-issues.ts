import type { SchemaIssue } from "@lorank/core";
import { mean } from "../statistics/averages.ts";
import type { Evaluation } from "./evaluation-types.ts";
import type { SpecMembers, TrialSpec } from "./spec-types.ts";
import type { Results, TrialResult } from "./types.ts";

/** Relative tolerance: another order of summation moves a mean by far less, an edited visible digit by far more. */
const tolerance = 1e-9;

/** Finds evaluation figures that contradict their examples, in results that fit the schema. */
export function evaluationIssues(results: Results): SchemaIssue[] {
  const { trials, untouchedBase, truncations = [], otherRates = [], otherScaling, test } = results;
  const spec = (trials[0] ?? otherRates[0])?.spec;
  if (spec === undefined) return [];
  const all: readonly (readonly [path: string, Evaluation | undefined])[] = [
    ...trials.map(({ evaluation }, i) => [`$.trials[${i}]`, evaluation] as const),
    ...truncations.map(({ evaluation }, i) => [`$.truncations[${i}]`, evaluation] as const),
    ...otherRates.map(({ evaluation }, i) => [`$.otherRates[${i}]`, evaluation] as const),
    ["$.otherScaling", otherScaling?.evaluation],
    ...(test?.runs ?? []).map(({ evaluation }, i) => [`$.test.runs[${i}]`, evaluation] as const),
  ];
  const runs: readonly (readonly [path: string, trial: TrialResult | undefined])[] = [
    ...trials.map((trial, i) => [`$.trials[${i}]`, trial] as const),
    ...otherRates.map((trial, i) => [`$.otherRates[${i}]`, trial] as const),
    ["$.otherScaling", otherScaling],
  ];
  return [
    ...shareIssues(results.data.majorityShare, spec),
    ...runs.flatMap(([path, trial]) => (trial === undefined ? [] : statusIssues(trial, path))),
    ...issuesOf(untouchedBase, spec, "$.untouchedBase"),
    ...all.flatMap(([path, evaluation]) => issuesOf(evaluation, spec, `${path}.evaluation`)),
  ];
}

/** Checks that the largest among k classes has a share of at least 1 / k; below that a prior has no log loss. */
function shareIssues(share: number | undefined, { task }: SpecMembers): SchemaIssue[] {
  if (share === undefined || task?.kind !== "classification") return [];
  const classes = task.labels.length;
  if (share >= (1 - tolerance) / classes) return [];
  const rule = `at least 1 / ${classes}, as the share of the largest of ${classes} classes`;
  return [{ path: "$.data.majorityShare", rule, value: String(share) }];
}

export function statusIssues(
  { status, evaluation, divergedAtStep }: Pick<TrialResult, "status" | "evaluation" | "divergedAtStep">,
  path: string,
): SchemaIssue[] {
  const isCompleted = status === "completed";
  const isAtStep = divergedAtStep === undefined || (status === "diverged" && divergedAtStep > 0);
  return [
    ...(isCompleted === (evaluation !== undefined)
      ? []
      : [
          {
            path: `${path}.evaluation`,
            rule: isCompleted ? "present in a completed trial" : `absent where a trial is ${status}`,
            value: isCompleted ? "nothing" : "an object",
          },
        ]),
    ...(isAtStep
      ? []
      : [
          {
            path: `${path}.divergedAtStep`,
            rule: "a step from 1 on, of a diverged trial",
            value: `${divergedAtStep} of a trial that is ${status}`,
          },
        ]),
  ];
}

/** Finds wrong figures in an evaluation at `path`. Without a spec the task is unknown. */
export function issuesOf(
  evaluation: Evaluation | undefined,
  spec: TrialSpec | undefined,
  path: string,
): SchemaIssue[] {
  if (evaluation === undefined) return [];
  const { accuracy, logLoss, correct, logLosses, answers } = evaluation;
  if (correct.length === 0)
    return [{ path: `${path}.correct`, rule: "a value for each example", value: "none" }];
  if (answers !== undefined && answers.length !== correct.length) {
    const rule = `${correct.length} answers, as correct has values`;
    return [{ path: `${path}.answers`, rule, value: lengthInWords(answers) }];
  }
  const unlike = (["labels", "predictions", "positiveScores"] as const).find(
    (member) => evaluation[member] !== undefined && evaluation[member].length !== correct.length,
  );
  if (unlike !== undefined) {
    const rule = `${correct.length} values, as correct has`;
    return [{ path: `${path}.${unlike}`, rule, value: lengthInWords(evaluation[unlike]) }];
  }
  const issues = accuracyIssues(accuracy, correct, spec, `${path}.accuracy`);
  if (logLosses?.length !== (logLoss === undefined ? undefined : correct.length)) {
    const rule =
      logLoss === undefined ? "absent without logLoss" : `${correct.length} values, as correct has`;
    return [...issues, { path: `${path}.logLosses`, rule, value: lengthInWords(logLosses) }];
  }
  if (logLosses === undefined || isClose(logLoss!, mean(logLosses))) return issues;
  const rule = `${mean(logLosses)}, the mean of logLosses`;
  return [...issues, { path: `${path}.logLoss`, rule, value: String(logLoss) }];
}

/** Checks that an accuracy is the mean of `correct`; for causal-lm any weighted mean, as earlier versions wrote. */
function accuracyIssues(
  accuracy: number,
  correct: readonly number[],
  spec: SpecMembers | undefined,
  path: string,
): SchemaIssue[] {
  if (spec !== undefined && spec.task?.kind !== "causal-lm") {
    const own = mean(correct);
    return isClose(accuracy, own)
      ? []
      : [{ path, rule: `${own}, the mean of correct`, value: String(accuracy) }];
  }
  const least = correct.reduce((a, b) => Math.min(a, b));
  const most = correct.reduce((a, b) => Math.max(a, b));
  if (accuracy >= least - tolerance && accuracy <= most + tolerance) return [];
  const rule = `between ${least} and ${most}, the least and the most of correct`;
  return [{ path, rule, value: String(accuracy) }];
}

function isClose(a: number, b: number): boolean {
  return Math.abs(a - b) <= tolerance * Math.max(1, Math.abs(b));
}

function lengthInWords(values: readonly unknown[] | undefined): string {
  return values === undefined ? "none" : `${values.length} values`;
}
