import { InputError } from "@lorank/core";
import type { Row } from "@lorank/tables";
import { readCell } from "../../columns/cells.ts";
import { columnsOf } from "../../columns/shapes.ts";
import type { OutcomeTable } from "../../decide/outcomes.ts";
import { defaultMetric, metricOf } from "../../schema/metric.ts";
import { type SetMetricName, taskMetrics } from "../../schema/set-metrics.ts";
import type { SecondaryOutcome } from "../../schema/types.ts";
import { mean } from "../../statistics/averages.ts";
import { andList, namedColumn, type TakenColumns, valueIn } from "./row-choices.ts";
import type { CellIn, ChosenCells, EvaluatedCells } from "./rows.ts";

/** Suite of tasks that count alike: the column that names a row's task, or a column of scores for each task. */
export type Suite = readonly string[];

/**
 * Metric by which a suite of outcomes by example is decided: the mean over tasks of one that is a mean over examples.
 *
 * @throws InputError `E_CONFIG` for another metric, such as F1.
 */
export function suiteMetric(metric: string = defaultMetric): SetMetricName {
  const [, name] = Object.entries(taskMetrics).find(([each]) => each === metric) ?? [];
  if (name !== undefined) return name;
  const rule = `--metric must be ${Object.keys(taskMetrics).join(" or ")} for a --suite of outcomes by example`;
  throw new InputError("E_CONFIG", `${rule}, got ${metric}`);
}

/** Tasks of a suite as outcomes to show, without those that have a condition of their own. */
export function shownTasks(
  tasks: readonly string[],
  better: SecondaryOutcome["better"],
  others: readonly SecondaryOutcome[] = [],
): SecondaryOutcome[] {
  const named = others.map(({ name }) => name);
  return tasks.filter((name) => !named.includes(name)).map((name) => ({ name, better }));
}

/** Name of a suite of all tasks in an evaluator's files, as of a column with the tasks' names. */
const everyTask = "task";

/**
 * Tasks of a suite among those of an evaluator's files.
 *
 * @throws InputError `E_OUTCOMES` for an unknown task, `E_COLUMN` for fewer than two.
 */
export function chosenTasks(suite: Suite, tasks: readonly string[], source: string): readonly string[] {
  const there = [...new Set(tasks)].sort();
  const [only, ...more] = suite;
  const chosen = only === everyTask && more.length === 0 ? there : [...new Set(suite)];
  const unknown = chosen.find((task) => !there.includes(task));
  if (unknown !== undefined) {
    const rule = `--suite must be tasks of ${source}, of ${andList(there, 20) || "none"}, or ${everyTask} for all`;
    throw new InputError("E_OUTCOMES", `${rule}, got ${unknown}`);
  }
  assertTasks(chosen, source);
  return chosen;
}

/** @throws InputError `E_COLUMN` for fewer than two tasks. */
export function assertTasks(tasks: readonly string[], source: string): void {
  if (tasks.length > 1) return;
  const rule = `--suite must name two or more tasks of ${source}, as a column with their names or a column for each`;
  throw new InputError("E_COLUMN", `${rule}, got ${tasks.join("") || "none"}`);
}

/** Column of the suite's only name, which holds the names of tasks. */
export function taskColumn(suite: Suite, columns: readonly string[], source: string): string {
  const [name = "", ...more] = suite;
  if (more.length === 0) return namedColumn("--suite", name, columns, source);
  const rule = `--suite must be the column that names the task of each row in ${source}`;
  throw new InputError("E_COLUMN", `${rule}, got ${suite.join(", ")}`);
}

/**
 * Cells that a suite sets in rows of examples: the task as the label, and its name in that of the example.
 *
 * @throws InputError `E_COLUMN` for a column that tells something else.
 */
export function taskCells(
  suite: Suite,
  columns: readonly string[],
  source: string,
  taken: TakenColumns,
): (cellIn: CellIn) => Pick<ChosenCells, "label" | "example"> {
  const column = taskColumn(suite, columns, source);
  const use = taken.get(column);
  if (use !== undefined) {
    const rule = `--suite must name a column of tasks in ${source}`;
    throw new InputError("E_COLUMN", `${rule}, got ${column}, the ${use}`);
  }
  const [example] = columnsOf("outcomes", ["example"], columns);
  return (cellIn) => {
    const task = valueIn(cellIn(column));
    return example === undefined ? { label: task } : cellsOfTask({ example: cellIn(example) }, task);
  };
}

/** Cells of an example with its task as the label, and in the example's name. */
export function cellsOfTask<Cells extends EvaluatedCells>(cells: Cells, task: string): Cells {
  return { ...cells, label: task, example: `${task}/${cells.example}` };
}

/**
 * Members of a suite's table: outcomes with each task's as outcomes to show, and no class prior, since tasks are no
 * classes.
 *
 * @throws InputError `E_COLUMN` for fewer than two tasks.
 */
export function tasksOf(
  { classes: tasks = [], cells }: OutcomeTable,
  metric: SetMetricName,
  source: string,
): Pick<OutcomeTable, "cells" | "prior"> & {
  readonly tasks: readonly string[];
  readonly metric: SetMetricName;
} {
  assertTasks(tasks, source);
  const { column } = metricOf(metric);
  const withTasks = cells.map((cell) => {
    const { truth = [], groups } = cell;
    const ofTasks = tasks.map((name, task) => {
      const isOwn = (_: unknown, example: number): boolean => truth[example] === task;
      return {
        ...{ name, values: Array.from(cell[column] ?? []).filter(isOwn) },
        ...(groups === undefined ? {} : { groups: Array.from(groups).filter(isOwn) }),
      };
    });
    return { ...cell, secondary: [...(cell.secondary ?? []), ...ofTasks] };
  });
  return { cells: withTasks, prior: undefined, tasks, metric };
}

/** Run table with the mean over columns of tasks as one more column. */
export interface MeanColumn {
  readonly rows: readonly Row[];
  readonly columns: readonly string[];
  readonly column: string;
  readonly tasks: readonly string[];
}

/**
 * Adds the mean over the tasks' columns to each row that has a score in all of them.
 *
 * @throws InputError `E_COLUMN` for a name that fits no column, and for fewer than two.
 */
export function withMeanColumn(
  { rows, columns }: Pick<MeanColumn, "rows" | "columns">,
  suite: Suite,
  source: string,
): MeanColumn {
  const named = suite.map((name) => namedColumn("--suite", name, columns, source));
  const tasks = [...new Set(named)];
  assertTasks(tasks, source);
  const column = `mean of ${andList(tasks.map((name) => name.trim()))}`;
  const scored = rows.map((row): Row => {
    const scores = tasks.map((name) => readCell.measured(row.values.get(name), true));
    if (!scores.every((score) => typeof score === "number")) return row;
    return { ...row, values: new Map([...row.values, [column, mean(scores)]]) };
  });
  const written = tasks.map((name) => name.trim());
  return { rows: scored, columns: [...columns, column], column, tasks: written };
}
