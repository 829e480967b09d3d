import { boundInUnit, type Decision, type RankPrediction, type RankSummary } from "@lorank/core/results";
import type { Column } from "../table.ts";

/** What is known of how well a rank does: what its runs show, or without runs what a probe predicts. */
export interface RankQuality {
  readonly summary?: RankSummary;
  readonly prediction?: RankPrediction;
}

/**
 * The metric that decides, with what a rank may lose against any other by it, then the other metric; of a rank that was not
 * trained what is predicted.
 */
export function qualityColumns<Row>(
  { metric }: Decision,
  qualityOf: (row: Row) => RankQuality,
): Column<Row>[] {
  const of =
    (cell: (summary: RankSummary) => string, absent: (prediction?: RankPrediction) => string = () => "") =>
    (row: Row): string => {
      const { summary, prediction } = qualityOf(row);
      return summary === undefined ? absent(prediction) : cell(summary);
    };
  const accuracy: Column<Row> = {
    title: "accuracy",
    cell: of(accuracyCell, (found) =>
      found ? `${(100 * found.accuracy).toFixed(1)} % predicted` : "not compared",
    ),
  };
  const logLoss: Column<Row> = {
    title: "log loss",
    cell: of(logLossCell, (found) =>
      found?.logLoss === undefined ? "" : `${found.logLoss.toFixed(3)} predicted`,
    ),
  };
  const mayLose: Column<Row> = {
    title: "may lose at most",
    cell: of(({ shortfallBound }) =>
      shortfallBound === undefined
        ? ""
        : shortfallBound <= 0
          ? "nothing"
          : boundInUnit(shortfallBound, metric),
    ),
  };
  return metric === "accuracy" ? [accuracy, mayLose, logLoss] : [logLoss, mayLose, accuracy];
}

function accuracyCell({ accuracy, interval: [lo, hi] }: RankSummary): string {
  const percent = (share: number): string => (100 * share).toFixed(1);
  return `${percent(accuracy)} % [${percent(lo)}, ${percent(hi)}]`;
}

function logLossCell({ logLoss, logLossInterval }: RankSummary): string {
  if (logLoss === undefined || logLossInterval === undefined) return "";
  return `${logLoss.toFixed(3)} [${logLossInterval.map((end) => end.toFixed(3)).join(", ")}]`;
}
