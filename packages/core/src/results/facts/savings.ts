import type { RankCosts, RankRow } from "./rank-rows.ts";

/** One cost of a rank beside that of the largest rank that has a trial. */
export interface Saving {
  readonly cost: "adapterBytes" | "optimizerBytes" | "secondsPerTrial";
  readonly small: number;
  readonly large: number;
  /** large / small; absent where it is less than a tenth, which is no claim, and of seconds mostly noise. */
  readonly ratio?: number;
}

const costs = ["adapterBytes", "optimizerBytes", "secondsPerTrial"] as const;

/**
 * What `row` costs less than the largest rank that has a trial. Empty when the row is that rank, or when either has no
 * trial.
 */
export function savingsOf(rows: readonly RankRow[], row: RankRow | undefined): Saving[] {
  const largest = rows.filter((candidate) => candidate.costs).at(-1);
  if (!row?.costs || !largest?.costs || largest.rank === row.rank) return [];
  return costs.flatMap((cost) => savingOf(cost, row.costs!, largest.costs!));
}

function savingOf(cost: Saving["cost"], from: RankCosts, to: RankCosts): Saving[] {
  const [small, large] = [from[cost], to[cost]];
  if (small === undefined || large === undefined) return [];
  const ratio = large / small;
  return [{ cost, small, large, ...(Number.isFinite(ratio) && ratio >= 1.1 ? { ratio } : {}) }];
}
