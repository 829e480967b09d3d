import type { Evaluation } from "./evaluation-types.ts";
import type { Count, Interval, LogLoss, Seed, Share } from "./scalar-types.ts";

/**
 * Which trials a sweep runs. `grid`: every rank under every seed. `probe`: the largest rank, whose adapters are cut to
 * the smaller ranks to predict the curve, then the smallest rank that looks adequate beside the largest. `race`: blocks
 * of seeds, after each of which ranks that are settled drop out.
 */
export type MethodName = "grid" | "probe" | "race";

/** A trained adapter cut by SVD to a lower rank, and how it did on the validation examples. */
export interface Truncation {
  /** The trial whose adapter was cut. */
  readonly trialId: string;
  readonly seed: Seed;
  /** That it was cut to. */
  readonly rank: Count;
  readonly evaluation: Evaluation;
}

/** What the truncations say of one rank, in the metric's unit. */
export interface RankPrediction {
  readonly rank: Count;
  /** Accuracy of the truncated adapters; for the largest rank, its own. Mean over the seeds of the probe. */
  readonly accuracy: Share;
  readonly logLoss?: LogLoss;
  /** How much better this rank is than the largest, by the decision's metric: below 0 is worse. 0 for the largest. */
  readonly advantage: number;
  /**
   * Where the advantage of real runs is expected at the decision's confidence: the truncations' own interval, widened by
   * how much runs of the largest rank vary from seed to seed. It knows nothing of what training at the lower rank would
   * have found instead.
   */
  readonly interval: Interval;
}

/** A predicted rank that was trained, beside the largest rank under the same seeds. */
export interface Confirmation {
  readonly rank: Count;
  /** Paired seeds. */
  readonly seeds: Count;
  /** This confirmation's share of the error that all confirmations together may make. */
  readonly share: Share;
  /** How much better the real runs of this rank are than those of the largest, in the metric's unit; absent if they failed. */
  readonly advantage?: number;
  readonly interval?: Interval;
  /**
   * `held`: within what was predicted. `missed`: outside of that. `refuted`: too far below the largest, so that a larger rank
   * is tried next; so it is where runs `failed`.
   */
  readonly outcome: "held" | "missed" | "refuted" | "failed";
}

/**
 * A rank below the one that the truncations pointed to, trained under the probe's seeds to see whether cutting underrates it.
 * It claims nothing: what it shows decides which rank is confirmed.
 */
export interface Pilot {
  readonly rank: Count;
  /** Paired seeds. */
  readonly seeds: Count;
  /** How much better its runs are than those of the largest rank, in the metric's unit; absent if they failed. */
  readonly advantage?: number;
  readonly interval?: Interval;
  /** At most the margin below the largest rank: it took the place of the rank above it. */
  readonly taken: boolean;
}

/** How a probe went: what was predicted, and what real runs confirmed. */
export interface ProbeSummary {
  readonly fromRank: Count;
  /** Seeds whose run of `fromRank` was cut. */
  readonly probeSeeds: readonly Seed[];
  /** Paired seeds that a confirmation runs. */
  readonly confirmationSeeds: Count;
  /** Ascending by rank, `fromRank` last; empty when no run could be cut. */
  readonly predictions: readonly RankPrediction[];
  /** In the order in which they were run, from larger to smaller ranks; without the one that was then confirmed. */
  readonly pilots: readonly Pilot[];
  /** In the order in which they were run. */
  readonly confirmations: readonly Confirmation[];
  /** Trials that were run and truncations that were evaluated, and the trials of the whole grid. */
  readonly runs: Count;
  readonly truncations: Count;
  readonly gridRuns: Count;
}
