import type { Decision, RankSummary } from "@lorank/core";
import type { Column } from "../table.ts";

/** Accuracy, log loss and the difference to the best rank, each with its interval, of rows that have a summary. */
export function qualityColumns<Row>(
  { metric, bestRank }: Decision,
  summaryOf: (row: Row) => RankSummary | undefined,
): Column<Row>[] {
  const of =
    (cell: (summary: RankSummary) => string, absent = "") =>
    (row: Row): string => {
      const summary = summaryOf(row);
      return summary === undefined ? absent : cell(summary);
    };
  return [
    { title: "accuracy", cell: of(accuracyCell, "not compared") },
    { title: "log loss", cell: of(logLossCell) },
    {
      title: metric === "accuracy" ? "points to the best" : "nats to the best",
      cell: of((summary) => differenceCell(summary, bestRank, metric === "accuracy")),
    },
  ];
}

function accuracyCell({ accuracy, interval: [lo, hi] }: RankSummary): string {
  const percent = (share: number): string => (100 * share).toFixed(1);
  return `${percent(accuracy)} % [${percent(lo)}, ${percent(hi)}]`;
}

function logLossCell({ logLoss, logLossInterval }: RankSummary): string {
  if (logLoss === undefined || logLossInterval === undefined) return "";
  return `${logLoss.toFixed(3)} [${logLossInterval.map((end) => end.toFixed(3)).join(", ")}]`;
}

function differenceCell(summary: RankSummary, bestRank: number | null, accuracy: boolean): string {
  if (summary.rank === bestRank) return "best";
  const [factor, digits] = accuracy ? [100, 1] : [1, 3];
  const show = (value: number): string => signed(factor * value, digits);
  const [lo, hi] = summary.differenceInterval;
  return `${show(summary.differenceToBest)} [${show(lo)}, ${show(hi)}]`;
}

/** With a real minus sign; what rounds to zero has none. */
function signed(value: number, digits: number): string {
  const size = Math.abs(value).toFixed(digits);
  if (Number(size) === 0) return size;
  return `${value < 0 ? "−" : "+"}${size}`;
}
