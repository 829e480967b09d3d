import {
  boundInUnit,
  type Decision,
  figure,
  type Metric,
  meanAndInterval,
  metrics,
  metricsBeside,
  type RankPrediction,
  type RankSummary,
  rankToUse,
  scoreIn,
} from "@lorank/core/results";
import type { Output } from "../output.ts";
import { type Column, renderTable } from "../table.ts";

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
  const shown = metricsBeside(metric);
  const columnOf = (by: Metric): Column<Row> => ({
    title: by.noun,
    cell: (row) => {
      const { summary, prediction } = qualityOf(row);
      if (summary !== undefined) return scoreCell(summary, by);
      const predicted = scoreIn(prediction, by);
      if (predicted !== undefined) return `${withSuffix(predicted, by)} predicted`;
      return prediction === undefined && by === shown[0] ? "not compared" : "";
    },
  });
  const mayLose: Column<Row> = {
    title: "may lose at most",
    cell: (row) => {
      const bound = qualityOf(row).summary?.shortfallBound;
      return bound === undefined ? "" : bound <= 0 ? "nothing" : boundInUnit(bound, metric);
    },
  };
  const others = shown.filter(({ name }) => name !== metric);
  return [columnOf(metrics[metric]), mayLose, ...others.map(columnOf)];
}

function scoreCell(summary: RankSummary, metric: Metric): string {
  const score = meanAndInterval(summary, metric);
  if (score === undefined) return "";
  return `${withSuffix(score.mean, metric)} [${score.interval.map((end) => figure(end, metric)).join(", ")}]`;
}

function withSuffix(value: number, metric: Metric): string {
  return `${figure(value, metric)} ${metric.suffix}`.trimEnd();
}

interface Row extends RankQuality {
  readonly rank: number;
}

/** Quality of each rank that was compared or predicted; the one to use in bold. */
export function decisionTable(decision: Decision, colours: Output["colours"]): string {
  const used = rankToUse(decision);
  return renderTable<Row>(
    [{ title: "rank", cell: ({ rank }) => String(rank) }, ...qualityColumns<Row>(decision, (row) => row)],
    rowsOf(decision),
    { title: colours.dim, row: (line, { rank }) => (rank === used ? colours.bold(line) : line) },
  );
}

function rowsOf({ ranks, probe }: Decision): Row[] {
  const compared = ranks.map((summary) => ({ rank: summary.rank, summary }));
  const tried = [...ranks, ...(probe?.confirmations ?? [])].map(({ rank }) => rank);
  const predicted = (probe?.predictions ?? [])
    .filter(({ rank }) => !tried.includes(rank))
    .map((prediction) => ({ rank: prediction.rank, prediction }));
  return [...compared, ...predicted].sort((a, b) => a.rank - b.rank);
}
