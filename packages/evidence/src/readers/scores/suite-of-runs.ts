import { InputError } from "@lorank/core";
import type { Row } from "@lorank/tables";
import type { MetricName } from "../../schema/types.ts";
import { andList, type RowChoices } from "../rows/row-choices.ts";
import { shownTasks, withMeanColumn } from "../rows/suite.ts";
import { marginProblem, type ScoreChoices } from "./choose-score.ts";

interface Table {
  readonly rows: readonly Row[];
  readonly columns: readonly string[];
}

interface SuiteOfRuns<Choices> extends Table {
  /** Choices with the column of the suite's mean, or of the tasks to average over. */
  readonly choices: Choices;
  /** True if a row is of one task, false if it has a column for each. */
  readonly isByRow: boolean;
  /** Tasks with a column each. */
  readonly tasks?: readonly string[];
  /** Metric of a mean over columns, whose own name would list them. */
  readonly metric?: MetricName;
  readonly notes: readonly string[];
}

/** Suite of a run table. @throws InputError `E_CONFIG` beside a choice that it makes. */
export function suiteOfRuns<Choices extends ScoreChoices & RowChoices>(
  table: Table,
  path: string,
  choices: Choices,
): SuiteOfRuns<Choices> {
  const { suite, averageOver, metric, better, secondary = [] } = choices;
  if (suite === undefined) return { ...table, choices, isByRow: false, notes: [] };
  if (averageOver !== undefined)
    throw new InputError("E_CONFIG", `--average-over must be of one task, got ${averageOver} beside --suite`);
  const [only = "", ...more] = suite;
  if (more.length === 0)
    return { ...table, choices: { ...choices, averageOver: only }, isByRow: true, notes: [] };
  if (metric !== undefined)
    throw new InputError("E_CONFIG", `--metric must be left to --suite, which names columns, got ${metric}`);
  if (better === undefined) {
    const rule = `--higher or --lower is needed, since it is not known which side of ${andList(suite)} is better`;
    throw new InputError("E_CONFIG", [rule, ...marginProblem("higher:the scores", choices)].join("\n"));
  }
  const { tasks, column, ...withMean } = withMeanColumn(table, suite, path);
  const shown = [...secondary, ...shownTasks(tasks, better, secondary)];
  return {
    ...withMean,
    choices: { ...choices, metric: column, secondary: shown },
    ...{ isByRow: false, tasks, metric: `${better}:mean over tasks` },
    notes: [`Each of ${tasks.length} tasks counts alike: ${andList(tasks)}.`],
  };
}
