import type { RankPrediction, RankSummary, Results, TrialResult } from "@lorank/core/results";
import { seedsOfMethod } from "./runs-of-method.ts";

/** Everything the report shows about one rank. Sizes are the same for every seed; times and memory are measured. */
export interface RankRow {
  readonly rank: number;
  readonly isRecommended: boolean;
  readonly isBest: boolean;
  /** Absent when no trial of this rank completed, and when the method left the rank behind. */
  readonly summary?: RankSummary;
  /** What cut adapters predict of a rank that was not trained. */
  readonly prediction?: RankPrediction;
  /** Ordered by seed. */
  readonly completed: readonly TrialResult[];
  /** Diverged or out of memory, ordered by seed. */
  readonly failed: readonly TrialResult[];
  /** Seeds that the sweep's method asked for and that have no result. */
  readonly missingSeeds: readonly number[];
  /** Absent when there is no trial of this rank at all. */
  readonly cost?: RankCost;
}

export interface RankCost {
  readonly trainableParams: number;
  readonly adapterBytes: number;
  readonly optimizerBytes: number;
  /** Largest resident set over the seeds, in bytes; absent when no trial completed. */
  readonly peakBytes?: number;
  /** What was predicted for it before training, the largest over the seeds; absent where nothing was. */
  readonly predictedPeakBytes?: number;
  /** Mean over the completed seeds of the whole run's seconds. */
  readonly seconds?: number;
}

/** One row a rank, ascending: the planned ranks and whatever else has a result. */
export function rankRows(results: Results): RankRow[] {
  const { sweep, decision, trials } = results;
  const ranks = new Set([
    ...sweep.ranks,
    ...decision.ranks.map((summary) => summary.rank),
    ...trials.map((trial) => trial.spec.lora.rank),
  ]);
  return [...ranks]
    .sort((a, b) => a - b)
    .map((rank) => {
      const ofRank = trials
        .filter((trial) => trial.spec.lora.rank === rank)
        .sort((a, b) => a.spec.seed - b.spec.seed);
      const completed = ofRank.filter((trial) => trial.status === "completed");
      const seeds = new Set(ofRank.map((trial) => trial.spec.seed));
      const summary = decision.ranks.find((entry) => entry.rank === rank);
      const cost = costOf(ofRank, completed);
      const predicted = decision.probe?.predictions.find((entry) => entry.rank === rank);
      return {
        rank,
        isRecommended: rank === decision.rank,
        isBest: decision.ranks.length > 0 && rank === decision.bestRank,
        completed,
        failed: ofRank.filter((trial) => trial.status !== "completed"),
        missingSeeds: sweep.ranks.includes(rank)
          ? seedsOfMethod(results, rank).filter((seed) => !seeds.has(seed))
          : [],
        ...(summary ? { summary } : {}),
        ...(predicted && ofRank.length === 0 ? { prediction: predicted } : {}),
        ...(cost ? { cost } : {}),
      };
    });
}

function costOf(all: readonly TrialResult[], completed: readonly TrialResult[]): RankCost | undefined {
  const first = completed[0] ?? all[0];
  if (!first) return undefined;
  const { trainableParams, adapterBytes, optimizerBytes } = first;
  if (completed.length === 0) return { trainableParams, adapterBytes, optimizerBytes };
  const predicted = completed.flatMap((trial) => trial.measured.predictedResidentBytes ?? []);
  return {
    trainableParams,
    adapterBytes,
    optimizerBytes,
    ...(predicted.length > 0 ? { predictedPeakBytes: Math.max(...predicted) } : {}),
    peakBytes: Math.max(...completed.map((trial) => trial.measured.peakResidentBytes)),
    seconds: mean(completed.map((trial) => trial.measured.seconds.total)),
  };
}

/** Arithmetic mean; NaN of nothing. */
export function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
