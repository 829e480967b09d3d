import { InputError, isInputError, listInWords } from "@lorank/core";
import { defaultMetric, metricNames } from "../schema/metric.ts";
import { type SetMetricName, setMetrics } from "../schema/set-metrics.ts";
import { isRunPattern } from "./files/run-pattern.ts";
import { scoreFormatOf } from "./formats.ts";
import { type ReadOutcomes, type ReadOutcomesOptions, readOutcomes } from "./read-outcomes.ts";
import { type ArmChoices, armsOf } from "./rows/arms-read.ts";
import { assertOfTable } from "./rows/row-choices.ts";
import { assertNoSecondary } from "./rows/secondary-columns.ts";
import { suiteMetric } from "./rows/suite.ts";
import { isOutcomes } from "./run-files.ts";
import { byAdvice } from "./scores/by-advice.ts";
import { marginProblem, type ScoreChoices } from "./scores/choose-score.ts";
import type { ReadScores } from "./scores/read-scores.ts";
import type { TableChoices } from "./scores/runs-of-table.ts";
import { columnsAtHead, isRunTable, readRunTable } from "./trackers/run-table.ts";

export interface ReadRunsOptions
  extends Omit<ReadOutcomesOptions, "arms" | "setMetric">,
    ScoreChoices,
    ArmChoices {
  /** Refuses run scores if set. Default: both are read. */
  readonly only?: "outcomes";
}

/** Runs, by example outcomes or by a score each. */
export type ReadRuns =
  | ({ readonly kind: "outcomes" } & ReadOutcomes)
  | ({ readonly kind: "scores" } & ReadScores);

/**
 * Reads runs by any trainer or evaluator. `paths`: example outcomes, as files, folders, run patterns
 * (`runs/r{rank}-s{seed}`), or `-` for standard input. Or a path with a score for each run: a table, or a pattern for
 * folders with `trainer_state.json` or lm-eval's averages. Runs with both are read by outcomes, unless a choice
 * requires a score.
 *
 * @returns undefined for a path without runs, such as a sweep's own results.
 * @throws InputError `E_COLUMN` for a missing or open column. `E_OUTCOMES` for bad rows, cells and runs. `E_DATA` for
 * an unreadable file. `E_CONFIG` for example groups with scores alone, and for a needed margin.
 */
export async function readRuns(
  paths: string | readonly string[],
  { only, metric, better, needsMargin, by, cost, ...choices }: ReadRunsOptions = {},
): Promise<ReadRuns | undefined> {
  const named = typeof paths === "string" ? [paths] : paths;
  const [path = "", ...more] = named;
  const arms = armsOf(named, { by, cost });
  const options = { ...choices, arms };
  const hasScores = more.length === 0 && isScores(path, arms?.isOfTable);
  const hasOutcomes = more.length > 0 || isRunPattern(path) || isOutcomes(path);
  const advice = only === undefined && arms === undefined ? adviceFor(named) : undefined;
  if (!hasScores && advice !== undefined && isRunTable(path, true)) {
    const got = columnsAtHead(path)!.join(", ");
    throw new InputError(
      "E_COLUMN",
      `${path} must have a column rank (or lora_rank, lora_r), got ${got}\n${advice}`,
    );
  }
  if (!hasScores && !hasOutcomes) return undefined;
  const isOtherMetric = metric !== undefined && metricNames.every((name) => name !== metric);
  const asksForScore = better !== undefined || isOtherMetric || setMetricNamed(metric) !== undefined;
  const hasBoth = hasScores && isRunPattern(path) && isOutcomes(path);
  if (only === "outcomes" && hasScores && !hasBoth) {
    const rule = "must have a row for each rank, seed and example (columns rank, seed, example, correct)";
    throw new InputError("E_COLUMN", `${path} ${rule}, got one score a run`);
  }
  if (isOtherMetric && (!hasScores || (hasBoth && !scoreFormatOf(path)!.hasScores(path)))) {
    const rule = `--metric must be ${metricNames.join(" or ")} for outcomes of examples`;
    const advice = `Among the scores of an evaluator, --score ${metric} chooses.`;
    throw new InputError("E_CONFIG", `${rule}, got ${metric}\n${advice}`);
  }
  if (!hasScores || (hasBoth && !asksForScore)) {
    const setMetric = choices.suite === undefined ? setMetricNamed(metric) : suiteMetric(metric);
    assertOfClasses(choices.positive, setMetric, metric);
    const read = await readOutcomes(paths, { ...options, setMetric }).catch(advised(advice));
    return { kind: "outcomes", ...read };
  }
  const { groupColumn, positive, task, filter, where, averageOver, suite, secondary } = options;
  for (const [flag, value] of Object.entries({ "group-column": groupColumn, positive })) {
    if (value === undefined) continue;
    const got = `${value} for a table of runs, one score each`;
    throw new InputError("E_CONFIG", `--${flag} must be of outcomes of examples, got ${got}`);
  }
  const ofScore = { metric, better, task, filter, needsMargin };
  const scores = await readScores(path, { ...ofScore, where, averageOver, suite, secondary, arms });
  const problems = marginProblem(scores.metric, ofScore);
  if (problems.length > 0) throw new InputError("E_CONFIG", problems.join("\n"));
  return { kind: "scores", ...scores };
}

function setMetricNamed(metric: string | undefined): SetMetricName | undefined {
  return Object.keys(setMetrics).find((name) => name === metric) as SetMetricName | undefined;
}

/** Advice for a table without ranks; undefined for other paths. */
function adviceFor([path = "", ...more]: readonly string[]): string | undefined {
  const columns = more.length > 0 || isRunPattern(path) ? undefined : columnsAtHead(path);
  return columns && byAdvice(columns);
}

/** Throws an error on columns with advice. */
function advised(advice: string | undefined): (error: unknown) => never {
  return (error) => {
    if (advice === undefined || !isInputError(error) || error.code !== "E_COLUMN") throw error;
    throw new InputError("E_COLUMN", `${error.message}\n${advice}`, { cause: error });
  };
}

/** True for a table with a row per run, or rank or seed columns, and for folders with trainers' logs or averages. */
export function isScores(path: string, hasArms = false): boolean {
  return isRunPattern(path) ? scoreFormatOf(path) !== undefined : isRunTable(path, hasArms);
}

/**
 * Reads scores at a path that {@link isScores} accepts.
 *
 * @throws InputError `E_COLUMN` and `E_CONFIG` as `chooseScore`, `E_OUTCOMES` for bad cells and runs, `E_DATA` for an
 * unreadable file.
 */
export async function readScores(
  path: string,
  { where, averageOver, suite, secondary, arms, ...choices }: TableChoices = {},
): Promise<ReadScores> {
  if (!isRunPattern(path))
    return readRunTable(path, { ...choices, where, averageOver, suite, secondary, arms });
  assertNoSecondary(secondary, path);
  assertOfTable({ where, averageOver, suite, by: arms?.isOfTable === true }, path);
  const read = scoreFormatOf(path)!.read(path, { ...choices, arms });
  return arms === undefined ? read : { ...read, axis: arms.axis() };
}

/** @throws InputError `E_CONFIG` for a positive class of a metric that is none of classes. */
function assertOfClasses(
  positive: string | undefined,
  setMetric: SetMetricName | undefined,
  metric: string = defaultMetric,
): void {
  const ofClasses = Object.entries(setMetrics).flatMap(([name, { ofTasks }]) => (ofTasks ? [] : [name]));
  if (positive === undefined || (setMetric !== undefined && ofClasses.includes(setMetric))) return;
  const rule = `--positive must be of --metric ${listInWords(ofClasses, "or")}`;
  throw new InputError("E_CONFIG", `${rule}, got ${positive} for ${metric}`);
}
