import type { TrialResult } from "../results/types.ts";
import type { RankCost } from "./returns.ts";

/**
 * What each rank costs by the shapes alone, ascending by rank. Seconds are left to the reader of the trials: they differ from
 * one run to the next, and a decision on the same outcomes must not.
 */
export function costsOfTrials(trials: readonly TrialResult[]): RankCost[] {
  const byRank = new Map(
    trials.map(({ spec, trainableParams, adapterBytes }) => [
      spec.lora.rank,
      {
        rank: spec.lora.rank,
        ...(trainableParams === undefined ? {} : { params: trainableParams }),
        ...(adapterBytes === undefined ? {} : { adapterBytes }),
      },
    ]),
  );
  return [...byRank.values()].sort((a, b) => a.rank - b.rank);
}
