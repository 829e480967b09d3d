import { InputError } from "@lorank/core";
import { type DecideOptions, decide, decideScores } from "@lorank/core/decide";
import { type Decision, type MetricName, metrics } from "@lorank/core/results";
import { isOutcomes, isRunPattern, isScores, type OutcomeChoices, readScores } from "@lorank/sweep/outcomes";
import type { Output } from "../output.ts";
import { readOutcomes } from "./read-results.ts";
import { type WhatWasRead, whatWasRead } from "./what-was-read.ts";

/** Flags of a verdict on runs of any trainer. */
export interface EvidenceOptions extends Omit<OutcomeChoices, "groupColumn"> {
  readonly "group-column"?: string;
  readonly metric?: string;
  readonly higher?: boolean;
  readonly lower?: boolean;
  readonly margin?: number;
  readonly confidence?: number;
}

/** Tells runs of any trainer from a sweep's results. */
export function isEvidence(paths: readonly string[]): boolean {
  const [path = ""] = paths;
  return paths.length > 1 || isRunPattern(path) || isScores(path) || isOutcomes(path);
}

/** A decision on runs, and the files that outcomes are from. */
interface DecidedEvidence {
  readonly decision: Decision;
  readonly read?: WhatWasRead | undefined;
}

/**
 * Decides on runs of any trainer: the outcomes of their examples, or one score each. Notes say how scores were read.
 *
 * @throws as `readOutcomes` and `decide`, or as `readScores` and `decideScores`.
 */
export async function decideEvidence(
  paths: readonly string[],
  { task, filter, score, "group-column": groupColumn, ...flags }: EvidenceOptions,
  output: Output,
): Promise<DecidedEvidence> {
  const path = scoresAmong(paths, flags);
  if (path === undefined) {
    const outcomes = await readOutcomes(paths, { task, filter, score, groupColumn }, output);
    return { decision: decide(outcomes, sweepOptions(flags)), read: whatWasRead(outcomes) };
  }
  const { metric, higher, lower, ...options } = flags;
  if (groupColumn !== undefined) throw noExamples(groupColumn, "a table of runs, one score each");
  if (higher && lower) throw new InputError("E_CONFIG", "--higher and --lower exclude each other, got both");
  const better = higher ? "higher" : lower ? "lower" : undefined;
  const { notes, column, ...scores } = await readScores(path, { metric, better, task, filter });
  for (const note of notes) output.note(note);
  return { decision: decideScores(scores, { ...options, metric: scores.metric }) };
}

function noExamples(groupColumn: string, got: string): InputError {
  const rule = "--group-column must be of outcomes of examples";
  return new InputError("E_CONFIG", `${rule}, got ${groupColumn} for ${got}`);
}

/** The path to read scores of. Runs that have outcomes of examples too are judged by these, unless a flag asks for a score. */
function scoresAmong(
  [path = "", ...more]: readonly string[],
  { metric, higher, lower }: EvidenceOptions,
): string | undefined {
  if (more.length > 0 || !isScores(path)) return undefined;
  const asksForScore = higher || lower || (metric !== undefined && !Object.hasOwn(metrics, metric));
  const hasBoth = isRunPattern(path) && isOutcomes(path);
  return asksForScore || !hasBoth ? path : undefined;
}

/** Options of a verdict on outcomes of examples, whose metrics are known. */
export function sweepOptions({
  metric,
  higher,
  lower,
  task,
  filter,
  score,
  "group-column": groupColumn,
  ...options
}: EvidenceOptions): DecideOptions {
  if (groupColumn !== undefined)
    throw noExamples(groupColumn, "a sweep's results, which have the groups of its data");
  if (higher || lower) {
    const flag = higher ? "--higher" : "--lower";
    throw new InputError(
      "E_CONFIG",
      `${flag} must be of a table of runs, one score each, got outcomes of examples`,
    );
  }
  if (metric === undefined) return options;
  if (Object.hasOwn(metrics, metric)) return { ...options, metric: metric as MetricName };
  throw new InputError("E_CONFIG", `--metric must be ${Object.keys(metrics).join(" or ")}, got ${metric}`);
}
