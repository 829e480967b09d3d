/** @jsxRuntime automatic */
/** @jsxImportSource preact */
import type { RankCosts, RankRow } from "@lorank/evidence/results";
import { type ShownCompared, shownCompared } from "../compared.ts";
import { bytes, duration, times } from "../format.ts";
import type { Reported } from "../reported.ts";

/** Costs at the recommended rank beside the best and the smallest; without a recommendation, the costs at stake. */
export function Savings(props: { readonly results: Reported; readonly rows: readonly RankRow[] }) {
  const { results, rows } = props;
  const { rank } = results.decision;
  const row = rank === null ? smallestInPlay(rows) : rows.find((candidate) => candidate.rank === rank);
  const compared = shownCompared(results.decision);
  const kinds = kindsOf(compared);
  const { name, atStart } = compared;
  const found = row === undefined ? [] : costsBeside(rows, row).filter(({ is }) => kinds[is] !== undefined);
  return found.map(({ other, is, savings }) => (
    <div class="savings" key={other.rank}>
      <h2>
        {rank === null ? `At stake: ${name(row!.rank)}` : atStart(row!.rank)} against {name(other.rank)},{" "}
        {kinds[is]}
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

/** Words for the other rank or arm; undefined where no costs tell. */
function kindsOf({ least, most }: ShownCompared): Readonly<Record<CostComparison["is"], string | undefined>> {
  return {
    best: "the best mean",
    smallest: least && `the ${least} tried`,
    largest: most && `the ${most} tried`,
  };
}

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

/** Smallest rank whose difference from the best may be 0: its interval contains 0. */
function smallestInPlay(rows: readonly RankRow[]): RankRow | undefined {
  return rows.find(
    ({ summary }) => summary && summary.differenceInterval[0] <= 0 && summary.differenceInterval[1] >= 0,
  );
}

interface Saving {
  readonly cost: "adapterBytes" | "optimizerBytes" | "secondsPerTrial";
  readonly own: number;
  readonly other: number;
  /** Ratio other / own; absent for a difference below a tenth, mostly noise in seconds. */
  readonly ratio?: number;
}

interface CostComparison {
  readonly other: RankRow;
  /** Role of the other rank; both best and smallest counts as best. */
  readonly is: "best" | "smallest" | "largest";
  readonly savings: readonly Saving[];
}

const costs = ["adapterBytes", "optimizerBytes", "secondsPerTrial"] as const;

/**
 * Costs for `row` beside the best and the smallest rank with trials; if it is both, beside the largest. Empty if no
 * other rank has trials.
 */
export function costsBeside(rows: readonly RankRow[], row: RankRow): CostComparison[] {
  const others = rows.filter((candidate) => candidate.costs && candidate.rank !== row.rank);
  const best = others.find(({ isBest }) => isBest);
  const smallest = others[0] !== undefined && others[0].rank < row.rank ? others[0] : undefined;
  const found: (readonly [RankRow | undefined, CostComparison["is"]])[] = [
    [best, "best"],
    [smallest === best ? undefined : smallest, "smallest"],
    [best === undefined && smallest === undefined ? others.at(-1) : undefined, "largest"],
  ];
  return found.flatMap(([other, is]) => {
    if (!other?.costs || !row.costs) return [];
    return [{ other, is, savings: costs.flatMap((cost) => savingOf(cost, row.costs!, other.costs!)) }];
  });
}

function savingOf(cost: Saving["cost"], from: RankCosts, to: RankCosts): Saving[] {
  const [own, other] = [from[cost], to[cost]];
  if (own === undefined || other === undefined) return [];
  const ratio = other / own;
  const isClaim = Number.isFinite(ratio) && ratio > 0 && Math.max(ratio, 1 / ratio) >= 1.1;
  return [{ cost, own, other, ...(isClaim ? { ratio } : {}) }];
}
