import { endOf } from "@lorank/tables";
import { readCell } from "../../columns/cells.ts";
import { count } from "../../columns/outcome-columns.ts";
import { whole } from "../../columns/rules.ts";
import type { OnTheWay, PointScore } from "../../schema/checks/points.ts";
import { bestOf, metricOf } from "../../schema/metric.ts";
import type { MetricName } from "../../schema/types.ts";
import { kindOfColumn } from "../rows/column-kinds.ts";
import { cellOf, type TableRun } from "./only-seeds.ts";
import { groupedBy, nameOfRun } from "./placed-run.ts";

/** Scores on the way of a run whose last score is known; undefined without earlier ones. */
export function onTheWay(
  earlier: readonly PointScore[],
  last: PointScore,
  metric: MetricName,
): { readonly onTheWay?: OnTheWay } {
  const points = earlier.filter(({ step }) => step < last.step).sort((a, b) => a.step - b.step);
  if (points.length === 0) return {};
  const best = bestOf(
    [...points, last].map(({ score }) => score),
    metricOf(metric),
  );
  return { onTheWay: { points, lastStep: last.step, best } };
}

/** Best score of a run, the last included; empty if unknown. */
export function bestOnTheWay(
  best: number | undefined,
  last: number,
  metric: MetricName,
): { readonly onTheWay?: OnTheWay } {
  if (best === undefined) return {};
  return { onTheWay: { best: bestOf([best, last], metricOf(metric)) } };
}

/** Column with the step of a row's score, among a table's. */
export function stepColumn(columns: readonly string[]): string | undefined {
  return columns.find((column) => /^(_|global_|eval_)?step$/.test(endOf(column)));
}

interface FoldedRuns {
  readonly runs: readonly TableRun[];
  /** True if rows were points of runs. */
  readonly areFolded: boolean;
}

/**
 * Runs of a table with several rows a run, one for each step: a run's last row has its score, the others its points.
 * Rows stay runs of their own if a step occurs twice in a run, or no run has two.
 */
export function foldedBySteps(
  rows: readonly TableRun[],
  columns: readonly string[],
  metric: MetricName,
  averageOver: string | undefined,
): FoldedRuns {
  const column = stepColumn(columns);
  const unfolded = { runs: rows, areFolded: false };
  if (column === undefined) return unfolded;
  const names = columns.filter(
    (one) =>
      one === averageOver || kindOfColumn(one) === "setting" || /^(run|run_?id|id|name)$/.test(endOf(one)),
  );
  const stepOf = ({ row }: TableRun): unknown => readCell.number(row.values.get(column), true);
  const runs = groupedBy(rows, (run) => [nameOfRun(run), ...names.map((one) => cellOf(run, one))].join("\n"));
  const isStep = (step: unknown): step is number => steps.holds(step);
  const areRuns = runs.every((own) => {
    const found = own.map(stepOf);
    return found.every(isStep) && new Set(found).size === own.length;
  });
  if (!areRuns || runs.length === rows.length) return unfolded;
  const folded = runs.map((own): TableRun => {
    const inTurn = own.map((run) => ({ run, step: stepOf(run) as number })).sort((a, b) => a.step - b.step);
    const points = inTurn.map(({ run, step }) => ({ step, score: run.score }));
    return { ...inTurn.at(-1)!.run, ...onTheWay(points, points.at(-1)!, metric) };
  });
  return { runs: folded, areFolded: true };
}

const steps = whole(count, 0);
