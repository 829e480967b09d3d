import type { RankCosts, RankRow } from "./rank-rows.ts";

/** One cost of a rank compared with that of another one. */
export interface Saving {
  readonly cost: "adapterBytes" | "optimizerBytes" | "secondsPerTrial";
  readonly own: number;
  readonly other: number;
  /** other / own; absent if they differ by less than a tenth, which is no claim, and for seconds mostly noise. */
  readonly ratio?: number;
}

/** Costs of a rank compared with one other. */
export interface CostComparison {
  readonly other: RankRow;
  /** The other rank; one that is both best and smallest counts as best. */
  readonly is: "best" | "smallest" | "largest";
  readonly savings: readonly Saving[];
}

const costs = ["adapterBytes", "optimizerBytes", "secondsPerTrial"] as const;

/**
 * Compares the costs of `row` with those of the best and the smallest rank that have trials. If it is both, it compares
 * with the largest. Empty if no other rank has trials.
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
