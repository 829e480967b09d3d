import { bytes, duration, times } from "../format.ts";
import type { RankRow } from "./rank-rows.ts";

/** One cost of the smaller rank against the largest rank tried, in words. */
export interface Saving {
  /** `8× smaller`, or `no saving`. */
  readonly ratio: string;
  readonly what: string;
  /** `73.7 kB instead of 590 kB`. */
  readonly detail: string;
}

/**
 * What `row` costs less than the largest rank that has a trial: adapter file, optimiser state, seconds of a run.
 * Empty when the row is that rank, or when either has no trial.
 */
export function savings(rows: readonly RankRow[], row: RankRow | undefined): Saving[] {
  const largest = rows.filter((candidate) => candidate.cost).at(-1);
  if (!row?.cost || !largest?.cost || largest.rank === row.rank) return [];
  const [small, large] = [row.cost, largest.cost];
  const list = [
    saving("adapter file", "smaller", small.adapterBytes, large.adapterBytes, bytes),
    saving("optimiser state", "smaller", small.optimizerBytes, large.optimizerBytes, bytes),
  ];
  if (small.seconds !== undefined && large.seconds !== undefined) {
    list.push(saving("time of one run", "faster", small.seconds, large.seconds, duration));
  }
  return list;
}

function saving(
  what: string,
  comparative: string,
  small: number,
  large: number,
  write: (value: number) => string,
): Saving {
  const ratio = large / small;
  return {
    // less than a tenth is not worth a claim, and of seconds it is noise
    ratio: Number.isFinite(ratio) && ratio >= 1.1 ? `${times(ratio)} ${comparative}` : "no saving",
    what,
    detail: `${write(small)} instead of ${write(large)}`,
  };
}
