import type { Exclusion, ExclusionCause, FailureCause } from "../schema/decision-facts.ts";
import type { FailedRun, OutcomeCell, RunTable } from "./outcomes.ts";

/** A run by its rank and seed. */
interface RunOfGrid {
  readonly rank: number;
  readonly seed: number;
}

/** Runs that are compared: the full grid in a table with failed runs, or all runs of ranks without common seeds. */
export interface PairedDesign<Cause = ExclusionCause, Run = OutcomeCell> {
  /** Ascending. */
  readonly ranks: readonly number[];
  /** Ascending: every rank here has completed every seed here. If seeds are apart, those of the rank with the fewest. */
  readonly seeds: readonly number[];
  /** `apart` if ranks have seeds of their own. (default: shared) */
  readonly seedsAre?: "shared" | "apart";
  /** `[ranks][seeds]`; if seeds are apart, `[ranks][seeds of the rank]`. */
  readonly cells: readonly (readonly Run[])[];
  readonly excluded: readonly Exclusion<Cause>[];
  /** Failed runs of compared ranks; their seeds are left out for every rank. */
  readonly failures: readonly FailedRun[];
}

/**
 * Finds the ranks and seeds that can be compared pairwise.
 *
 * A rank with fewer than half of its seeds completed is left out. Its survivors say little about it, and would take
 * most seeds away from the others. Of the rest, only the seeds that all ranks completed count. If there is no such
 * seed, the rank with the fewest completed seeds goes (the largest of several), until there is.
 */
export function pairedDesign<Run extends RunOfGrid = OutcomeCell>(
  table: RunTable<Run>,
): PairedDesign<FailureCause, Run> {
  const byRank = runsByRank(table);
  const excluded: Exclusion<FailureCause>[] = [];
  const total = table.seeds.length;
  let ranks = table.ranks.filter((rank) => {
    const completed = byRank.get(rank)!.size;
    if (completed > 0 && completed * 2 >= total) return true;
    excluded.push({ rank, cause: failureOf(table, rank, completed) });
    return false;
  });
  const shared = (): number[] =>
    table.seeds.filter((seed) => ranks.every((rank) => byRank.get(rank)!.has(seed)));
  while (ranks.length > 0 && shared().length === 0) {
    const worst = ranks.reduce((a, b) => (byRank.get(b)!.size <= byRank.get(a)!.size ? b : a));
    excluded.push({ rank: worst, cause: { kind: "no-shared-seed" } });
    ranks = ranks.filter((rank) => rank !== worst);
  }
  const seeds = ranks.length > 0 ? shared() : [];
  return {
    ranks,
    seeds,
    cells: ranks.map((rank) => seeds.map((seed) => byRank.get(rank)!.get(seed)!)),
    excluded: excluded.sort((a, b) => a.rank - b.rank),
    failures: table.failures.filter((failure) => ranks.includes(failure.rank)),
  };
}

/** Completed runs by rank and seed, in the table's order. */
function runsByRank<Run extends RunOfGrid>({ ranks, cells }: RunTable<Run>): Map<number, Map<number, Run>> {
  const byRank = new Map(ranks.map((rank) => [rank, new Map<number, Run>()]));
  for (const cell of cells) byRank.get(cell.rank)?.set(cell.seed, cell);
  return byRank;
}

function failureOf(table: RunTable, rank: number, completed: number): FailureCause {
  const failures = table.failures.filter((failure) => failure.rank === rank);
  const statuses = [...new Set(failures.map(({ status }) => status))];
  const reasons = [...new Set(failures.flatMap(({ reason }) => reason ?? []))];
  const cause = { kind: "failed", runs: table.seeds.length, completed, statuses } as const;
  return reasons.length === 0 ? cause : { ...cause, reasons };
}

/**
 * Finds the runs of a table to compare. Ranks with two runs or more that share fewer than two seeds, though no run
 * failed, have seeds of their own. Then all runs count, and a rank with one run is left out. Else the design is paired.
 */
export function comparedDesign<Run extends RunOfGrid = OutcomeCell>(
  table: RunTable<Run>,
): PairedDesign<FailureCause, Run> {
  const byRank = runsByRank(table);
  const ranks = table.ranks.filter((rank) => byRank.get(rank)!.size > 1);
  const isShared = (seed: number): boolean => ranks.every((rank) => byRank.get(rank)!.has(seed));
  const hasFailed = table.failures.some(({ status }) => status !== "missing");
  if (ranks.length < 2 || hasFailed || table.seeds.filter(isShared).length > 1) return pairedDesign(table);
  const cells = ranks.map((rank) => [...byRank.get(rank)!.values()].sort((a, b) => a.seed - b.seed));
  const fewest = cells.reduce((a, b) => (b.length < a.length ? b : a));
  return {
    ranks,
    seeds: fewest.map(({ seed }) => seed),
    seedsAre: "apart",
    cells,
    excluded: table.ranks
      .filter((rank) => !ranks.includes(rank))
      .map((rank) => ({ rank, cause: { kind: "one-run" } })),
    failures: [],
  };
}

/** Leaves out runs, by the indices of their ranks and seeds. Undefined if fewer than two seeds remain. */
export function withoutRuns<Cause, Run>(
  design: PairedDesign<Cause, Run>,
  runs: readonly { readonly rank: number; readonly seed: number }[],
): PairedDesign<Cause, Run> | undefined {
  const isApart = design.seedsAre === "apart";
  const isLeft = (seed: number, rank?: number): boolean =>
    !runs.some((run) => run.seed === seed && (!isApart || run.rank === rank));
  const cells = design.cells.map((row, rank) => row.filter((_, seed) => isLeft(seed, rank)));
  const fewest = Math.min(...cells.map(({ length }) => length));
  const seeds = isApart ? design.seeds.slice(0, fewest) : design.seeds.filter((_, seed) => isLeft(seed));
  return seeds.length < 2 ? undefined : { ...design, seeds, cells };
}
