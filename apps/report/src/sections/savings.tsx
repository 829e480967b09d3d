/** @jsxRuntime automatic */
/** @jsxImportSource preact */
import { type RankRow, type Results, type Saving, savingsOf } from "@lorank/core/results";
import { bytes, duration, times } from "../format.ts";
import { decisionMetric, meanAndInterval } from "../metric.ts";

/** The recommended rank against the largest; without a recommendation, what the smallest would save. */
export function Savings(props: { readonly results: Results; readonly rows: readonly RankRow[] }) {
  const { results, rows } = props;
  const { rank } = results.decision;
  const withTrials = rows.filter((row) => row.costs);
  const row = rank === null ? smallestInPlay(withTrials) : rows.find((candidate) => candidate.rank === rank);
  const largest = withTrials.at(-1);
  if (!row || !largest) return null;
  const list = savingsOf(rows, row);
  const metric = decisionMetric(results);
  const score = meanAndInterval(row.summary, metric);
  return (
    <div class="savings">
      <h2>
        {list.length === 0
          ? `Rank ${row.rank} is the largest tried: it saves nothing`
          : rank === null
            ? `At stake: rank ${row.rank} against rank ${largest.rank}`
            : `Rank ${row.rank} against rank ${largest.rank}, the largest tried`}
      </h2>
      <ul>
        {list.map((saving) => (
          <li key={saving.cost}>
            <strong>{ratioOf(saving)}</strong>
            <span>{names[saving.cost]}</span>
            <small>{amountsOf(saving)}</small>
          </li>
        ))}
        {score && (
          <li>
            <strong>{metric.value(score.mean)}</strong>
            <span>
              {metric.title.toLowerCase()} at rank {row.rank}
            </span>
            <small>{metric.interval(score.interval)}</small>
          </li>
        )}
      </ul>
    </div>
  );
}

const names: Readonly<Record<Saving["cost"], string>> = {
  adapterBytes: "adapter file",
  optimizerBytes: "optimiser state",
  secondsPerTrial: "time of one run",
};

function ratioOf({ cost, ratio }: Saving): string {
  if (ratio === undefined) return "no saving";
  return `${times(ratio)} ${cost === "secondsPerTrial" ? "faster" : "smaller"}`;
}

function amountsOf({ cost, small, large }: Saving): string {
  const write = cost === "secondsPerTrial" ? duration : bytes;
  return `${write(small)} instead of ${write(large)}`;
}

/** The smallest rank that the best one is not shown to beat. */
function smallestInPlay(rows: readonly RankRow[]): RankRow | undefined {
  return rows.find(
    ({ summary }) => summary && summary.differenceInterval[0] <= 0 && summary.differenceInterval[1] >= 0,
  );
}
