import type { Exclusion, ExclusionCause, FailureCause } from "../schema/decision-facts.ts";
import type { FailedRun, OutcomeCell, RunTable } from "./outcomes.ts";

interface RunOfGrid {
  readonly rank: number;
  readonly seed: number;
}

/** Compared runs: every rank under shared seeds, or all runs if ranks share no seeds. */
export interface PairedDesign<Cause = ExclusionCause, Run = OutcomeCell> {
  /** Ranks, ascending. */
  readonly ranks: readonly number[];
  /** Seeds that all ranks share, ascending. With seeds apart: those of the rank with the fewest. */
  readonly seeds: readonly number[];
  /** Seed design. `apart`: ranks have seeds of their own. Default: `shared`. */
  readonly seedsAre?: "shared" | "apart";
  /** Runs, `[ranks][seeds]`; with seeds apart, each rank's own. */
  readonly cells: readonly (readonly Run[])[];
  readonly excluded: readonly Exclusion<Cause>[];
  /** Failed runs among compared ranks; their seeds are left out for every rank. */
  readonly failures: readonly FailedRun[];
}

/**
 * Design for pairwise comparison. Ranks with under half the seeds completed are left out: they would cost others most
 * seeds. Without common seeds the rank with the fewest goes; among equals, the largest.
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

/** Design with seeds apart, if ranks share fewer than two and none failed. Each rank needs two runs or more. */
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

/** Leaves out runs by index. Undefined below two remaining seeds. */
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
