import type { Decision, RankPrediction, RankSummary } from "@lorank/core/results";
import type { Column } from "../table.ts";

/** What is known of how well a rank does: what its runs show, or without runs what a probe predicts. */
export interface RankQuality {
  readonly summary?: RankSummary;
  readonly prediction?: RankPrediction;
}

/** Accuracy, log loss and the difference to the best rank, each with its interval; of a rank that was not trained what is predicted. */
export function qualityColumns<Row>(
  { metric, bestRank }: Decision,
  qualityOf: (row: Row) => RankQuality,
): Column<Row>[] {
  const of =
    (cell: (summary: RankSummary) => string, absent: (prediction?: RankPrediction) => string = () => "") =>
    (row: Row): string => {
      const { summary, prediction } = qualityOf(row);
      return summary === undefined ? absent(prediction) : cell(summary);
    };
  return [
    {
      title: "accuracy",
      cell: of(accuracyCell, (found) =>
        found ? `${(100 * found.accuracy).toFixed(1)} % predicted` : "not compared",
      ),
    },
    {
      title: "log loss",
      cell: of(logLossCell, (found) =>
        found?.logLoss === undefined ? "" : `${found.logLoss.toFixed(3)} predicted`,
      ),
    },
    {
      title: `difference to the best, in ${metric === "accuracy" ? "points" : "nats"}`,
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
