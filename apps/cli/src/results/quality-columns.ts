import {
  allMetrics,
  boundInUnit,
  type Decision,
  figure,
  type Metric,
  metrics,
  type RankPrediction,
  type RankSummary,
} from "@lorank/core/results";
import type { Column } from "../table.ts";

/** What is known of how well a rank does: what its runs show, or without runs what a probe predicts. */
export interface RankQuality {
  readonly summary?: RankSummary;
  readonly prediction?: RankPrediction;
}

/**
 * The metric that decides, with what a rank may lose against any other by it, then other metrics; of a rank that was not
 * trained what is predicted.
 */
export function qualityColumns<Row>(
  { metric }: Decision,
  qualityOf: (row: Row) => RankQuality,
): Column<Row>[] {
  const columnOf = (by: Metric): Column<Row> => ({
    title: by.noun,
    cell: (row) => {
      const { summary, prediction } = qualityOf(row);
      if (summary !== undefined) return scoreCell(summary, by);
      const predicted = prediction?.[by.field];
      if (predicted !== undefined) return `${withSuffix(predicted, by)} predicted`;
      return prediction === undefined && by === allMetrics[0] ? "not compared" : "";
    },
  });
  const mayLose: Column<Row> = {
    title: "may lose at most",
    cell: (row) => {
      const bound = qualityOf(row).summary?.shortfallBound;
      return bound === undefined ? "" : bound <= 0 ? "nothing" : boundInUnit(bound, metric);
    },
  };
  const others = allMetrics.filter(({ name }) => name !== metric);
  return [columnOf(metrics[metric]), mayLose, ...others.map(columnOf)];
}

function scoreCell(summary: RankSummary, metric: Metric): string {
  const [mean, interval] = [summary[metric.field], summary[metric.intervalField]];
  if (mean === undefined || interval === undefined) return "";
  return `${withSuffix(mean, metric)} [${interval.map((end) => figure(end, metric)).join(", ")}]`;
}

function withSuffix(value: number, metric: Metric): string {
  return `${figure(value, metric)} ${metric.suffix}`.trimEnd();
}
