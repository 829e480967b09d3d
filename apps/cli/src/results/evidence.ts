import { InputError } from "@lorank/core";
import { type DecideOptions, decide, decideScores } from "@lorank/evidence";
import { metricNames } from "@lorank/evidence/names";
import {
  assertOfTable,
  type ReadRuns,
  type ReadRunsOptions,
  scoresOfRuns,
  secondaryOf,
  shownTasks,
} from "@lorank/evidence/node";
import { type Decision, metricOf } from "@lorank/evidence/results";
import type { ReportedRun } from "@lorank/report";
import type { Messages } from "../output.ts";
import { readRuns } from "./read-runs.ts";
import { type WhatWasRead, whatWasRead } from "./what-was-read.ts";

export interface EvidenceOptions extends Pick<ReadRunsOptions, "task" | "filter" | "score"> {
  readonly "group-column"?: string;
  readonly where?: readonly string[];
  readonly "average-over"?: string;
  readonly suite?: readonly string[];
  readonly by?: readonly string[];
  readonly cost?: string;
  readonly metric?: string;
  readonly positive?: string;
  readonly higher?: boolean;
  readonly lower?: boolean;
  readonly margin?: number;
  readonly confidence?: number;
  readonly condition?: readonly string[];
  readonly outcome?: readonly string[];
}

interface DecidedEvidence {
  readonly decision: Decision;
  /** Training runs as read; with several learning rates, only those at the chosen rate. */
  readonly runs: readonly ReportedRun[];
  /** Paths of the files read; `-` is standard input. */
  readonly files: readonly string[];
  readonly read?: WhatWasRead | undefined;
}

/** Runs as read, with the decision on them. */
export interface JudgedRuns {
  readonly read: ReadRuns;
  readonly decision: Decision;
}

/**
 * Reads any trainer's runs, by example or by a score each, and decides on them. Notes say how scores were read.
 * Undefined for a single path without such runs, such as a sweep's results.
 * @throws as `readRuns`, `decide` and `decideScores`.
 */
export async function judgeRuns(
  paths: readonly string[],
  {
    task,
    filter,
    score,
    "group-column": groupColumn,
    where,
    "average-over": averageOver,
    suite,
    by,
    cost,
    positive,
    ...flags
  }: EvidenceOptions,
  output: Messages,
  reading: Pick<ReadRunsOptions, "stdin" | "withNames"> = {},
): Promise<JudgedRuns | undefined> {
  const { metric, higher, lower, condition, outcome, ...options } = flags;
  const secondary = secondaryOf({ condition, outcome });
  if (higher && lower) throw new InputError("E_CONFIG", "--higher and --lower exclude each other, got both");
  const side = higher ? "higher" : lower ? "lower" : undefined;
  const needsMargin = options.margin === undefined;
  const choices = {
    task,
    filter,
    score,
    groupColumn,
    where,
    averageOver,
    suite,
    by,
    cost,
    metric,
    positive,
    needsMargin,
    secondary,
  };
  const read = await readRuns(paths, { ...choices, better: side, ...reading }, output);
  if (read === undefined) return undefined;
  const better = metricOf(read.metric).sign > 0 ? "higher" : "lower";
  const shown = [...secondary, ...shownTasks(read.tasks ?? [], better, secondary)];
  if (read.kind === "outcomes") {
    const outcomeOptions = sweepOptions(flags);
    const ofSuite = read.metric && { metric: read.metric, secondary: shown };
    return { read, decision: decide(read, { ...outcomeOptions, ...ofSuite }) };
  }
  const { kind: _, notes, column, files, tasks, ...scores } = read;
  for (const note of notes) output.note(note);
  return { read, decision: decideScores(scores, { ...options, metric: scores.metric, secondary: shown }) };
}

/** Decides on any trainer's runs, for a verdict or a report. Returns and throws as {@link judgeRuns}. */
export async function decideEvidence(
  paths: readonly string[],
  options: EvidenceOptions,
  output: Messages,
  stdin?: AsyncIterable<Uint8Array>,
): Promise<DecidedEvidence | undefined> {
  const judged = await judgeRuns(paths, options, output, { ...(stdin && { stdin }) });
  if (judged === undefined) return undefined;
  const { read, decision } = judged;
  const files = filesOf(read, paths);
  const summary = read.kind === "outcomes" ? { read: whatWasRead(read, decision) } : {};
  return { decision, runs: scoresOfRuns(read, decision), files, ...summary };
}

/** Paths of the files that were read; `-` is standard input. */
export function filesOf(read: ReadRuns, paths: readonly string[]): readonly string[] {
  return read.kind === "scores" ? read.files : (read.files?.map(({ file }) => file) ?? paths);
}

export function sweepOptions({
  metric,
  positive,
  higher,
  lower,
  task,
  filter,
  score,
  "group-column": groupColumn,
  where,
  "average-over": averageOver,
  suite,
  by,
  cost,
  condition,
  outcome,
  ...others
}: EvidenceOptions): DecideOptions {
  const secondary = secondaryOf({ condition, outcome });
  const options = secondary.length === 0 ? others : { ...others, secondary };
  assertOfTable({ where, averageOver, suite, by: by !== undefined, cost }, "a sweep's results");
  if (groupColumn !== undefined) {
    const got = `${groupColumn} for a sweep's results, which have the groups of its data`;
    throw new InputError("E_CONFIG", `--group-column must be of outcomes of examples, got ${got}`);
  }
  if (positive !== undefined) {
    const got = `${positive} for a sweep's results, where the second label is positive`;
    throw new InputError("E_CONFIG", `--positive must be of outcomes of examples, got ${got}`);
  }
  if (higher || lower) {
    const flag = higher ? "--higher" : "--lower";
    throw new InputError(
      "E_CONFIG",
      `${flag} must be of a table of runs, one score each, got outcomes of examples`,
    );
  }
  if (metric === undefined) return options;
  const known = metricNames.find((name) => name === metric);
  if (known !== undefined) return { ...options, metric: known };
  throw new InputError("E_CONFIG", `--metric must be ${metricNames.join(" or ")}, got ${metric}`);
}
