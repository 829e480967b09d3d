import type { SweepStore } from "./store.ts";

/** A finished trial whose adapter is to be cut to `ranks`. */
export interface WantedTruncation {
  readonly trialId: string;
  readonly ranks: readonly number[];
}

/** Ranks without an evaluation yet. */
export function missingRanks(store: SweepStore, { trialId, ranks }: WantedTruncation): number[] {
  return ranks.filter((rank) => !store.hasTruncation(trialId, rank));
}
