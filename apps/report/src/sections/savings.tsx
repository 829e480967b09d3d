/** @jsxRuntime automatic */
/** @jsxImportSource preact */
import { type CostComparison, costsBeside, type RankRow, type Saving } from "@lorank/core/results";
import { bytes, duration, times } from "../format.ts";
import type { Reported } from "../reported.ts";

/** What the recommended rank costs beside the best and the smallest; without a recommendation, what is at stake. */
export function Savings(props: { readonly results: Reported; readonly rows: readonly RankRow[] }) {
  const { results, rows } = props;
  const { rank } = results.decision;
  const row = rank === null ? smallestInPlay(rows) : rows.find((candidate) => candidate.rank === rank);
  const found = row === undefined ? [] : costsBeside(rows, row);
  return found.map(({ other, is, savings }) => (
    <div class="savings" key={other.rank}>
      <h2>
        {rank === null ? "At stake: rank" : "Rank"} {row!.rank} against rank {other.rank}, {kinds[is]}
      </h2>
      <ul>
        {savings.map((saving) => (
          <li key={saving.cost}>
            <strong>{ratioOf(saving)}</strong>
            <span>{names[saving.cost]}</span>
            <small>{amountsOf(saving)}</small>
          </li>
        ))}
      </ul>
    </div>
  ));
}

const kinds: Readonly<Record<CostComparison["is"], string>> = {
  best: "the best mean",
  smallest: "the smallest tried",
  largest: "the largest tried",
};

const names: Readonly<Record<Saving["cost"], string>> = {
  adapterBytes: "adapter file",
  optimizerBytes: "optimiser state",
  secondsPerTrial: "time of one run",
};

function ratioOf({ cost, ratio }: Saving): string {
  if (ratio === undefined) return "the same";
  const [less, more] = cost === "secondsPerTrial" ? ["shorter", "longer"] : ["smaller", "larger"];
  return ratio > 1 ? `${times(ratio)} ${less}` : `${times(1 / ratio)} ${more}`;
}

function amountsOf({ cost, own, other }: Saving): string {
  const write = cost === "secondsPerTrial" ? duration : bytes;
  return `${write(own)} instead of ${write(other)}`;
}

/** The smallest rank that the best one is not shown to beat. */
function smallestInPlay(rows: readonly RankRow[]): RankRow | undefined {
  return rows.find(
    ({ summary }) => summary && summary.differenceInterval[0] <= 0 && summary.differenceInterval[1] >= 0,
  );
}
