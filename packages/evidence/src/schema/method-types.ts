import type { Evaluation, FurtherScores } from "./evaluation-types.ts";
import type { Count, Interval, LogLoss, Seed, Share } from "./scalar-types.ts";

/**
 * Method by which a sweep chooses trials. `grid`: every rank under every seed. `race`: blocks of seeds, after each of
 * which settled ranks drop out. `probe`: the largest rank, then the smallest that looks adequate by truncated adapters.
 */
export type MethodName = "grid" | "probe" | "race";

export const methodNames = ["grid", "probe", "race"] as const satisfies readonly MethodName[];

/** Trained adapter cut by SVD to a lower rank, and the cut adapter's validation results. */
export interface Truncation {
  /** Id of the trial whose adapter was cut. */
  readonly trialId: string;
  readonly seed: Seed;
  /** Rank after truncation. */
  readonly rank: Count;
  readonly evaluation: Evaluation;
}

/** Prediction for a rank from truncations, in the metric's unit. */
export interface RankPrediction extends Pick<FurtherScores, "scores"> {
  readonly rank: Count;
  /** Mean accuracy over the probe's seeds, after truncation; for the largest rank, untruncated. */
  readonly accuracy: Share;
  readonly logLoss?: LogLoss;
  /** Advantage of this rank over the largest, by the decision's metric: below 0 is worse. 0 for the largest. */
  readonly advantage: number;
  /**
   * Expected range for the advantage in real runs, at the decision's confidence: the truncations' interval, widened by
   * the largest rank's variation between seeds. Gains from training at the lower rank are not covered.
   */
  readonly interval: Interval;
}

/** Predicted rank that was trained, compared with the largest under the same seeds. */
export interface Confirmation {
  readonly rank: Count;
  /** Count of seeds shared with the largest rank. */
  readonly seeds: Count;
  /** Share of the allowed error (1 - confidence) that this confirmation spends. */
  readonly share: Share;
  /** Advantage of this rank's real runs over the largest rank's, in the metric's unit; absent if they failed. */
  readonly advantage?: number;
  readonly interval?: Interval;
  /**
   * Confirmation result. `held`, `missed`: within the prediction or not. `refuted`: too far below the largest.
   * `failed`: runs failed. After the last two a larger rank is tried.
   */
  readonly outcome: "held" | "missed" | "refuted" | "failed";
}

/**
 * Rank below the predicted rank, trained under the probe's seeds, as truncation may underrate it. It claims nothing:
 * the result decides which rank is confirmed.
 */
export interface Pilot {
  readonly rank: Count;
  /** Count of seeds shared with the largest rank. */
  readonly seeds: Count;
  /** Advantage of the pilot's runs over the largest rank's, in the metric's unit; absent if they failed. */
  readonly advantage?: number;
  readonly interval?: Interval;
  /** True if the pilot is at most the margin below the largest rank: it then replaces the rank above. */
  readonly taken: boolean;
}

/** Course of a probe: predictions and confirmations. */
export interface ProbeSummary {
  readonly fromRank: Count;
  /** Seeds whose run of `fromRank` was cut. */
  readonly probeSeeds: readonly Seed[];
  /** Seed count of each confirmation. */
  readonly confirmationSeeds: Count;
  /** Predictions, ascending by rank, `fromRank` last; empty when no run could be cut. */
  readonly predictions: readonly RankPrediction[];
  /** Pilots in execution order, from larger to smaller ranks, without the rank that was then confirmed. */
  readonly pilots: readonly Pilot[];
  /** Confirmations in execution order. */
  readonly confirmations: readonly Confirmation[];
  /** Counts of trials run, of truncations evaluated, and of trials in the whole grid. */
  readonly runs: Count;
  readonly truncations: Count;
  readonly gridRuns: Count;
}

/** Rank that a race stopped running, and the cause. Amounts are in the metric's unit. */
export type RaceDrop =
  | {
      readonly rank: Count;
      /** Supported difference: rank `against` is better by more than the margin, or is smaller and better. */
      readonly cause: "beyond-margin" | "smaller-is-better";
      readonly against: Count;
      /** Advantage of `against`, with the interval that the drop rests on. */
      readonly shortfall: number;
      readonly interval: Interval;
      readonly reason: string;
    }
  | {
      readonly rank: Count;
      /** Failure: too few runs completed. */
      readonly cause: "failed";
      readonly reason: string;
    };

/** Look of a race at the outcomes so far. */
export interface RaceLook {
  /** Count of seeds that each rank in play has run. */
  readonly seeds: Count;
  /** Share of the race's allowed error (1 - confidence) that this look spends. */
  readonly share: Share;
  /** Ranks in play before the look, ascending. */
  readonly ranks: readonly Count[];
  readonly dropped: readonly RaceDrop[];
  /**
   * Estimated probability that all planned seeds would end in a better verdict: a recommendation, or a settled verdict
   * if there is a recommendation. Absent at the last look, and if the look settled the verdict.
   */
  readonly promise?: Share;
}

/** Course of a race: ranks run by blocks of seeds, with a look after each block. */
export interface RaceSummary {
  readonly plannedSeeds: Count;
  readonly looks: readonly RaceLook[];
  /**
   * Reason for the end. `settled`: the rank comparison was `adequate` or `extend`, even if no rank beats the class
   * prior. `futile`: a better verdict was improbable. `spent`: all planned seeds were run. Absent while the race has
   * runs to go.
   */
  readonly stopped?: "settled" | "futile" | "spent";
  /** Counts of runs behind the looks, and of runs in the whole grid. */
  readonly runs: Count;
  readonly gridRuns: Count;
}

export interface MethodMembers {
  /** Present after a race: looks and the ranks dropped at them. */
  readonly race?: RaceSummary;
  /** Present after a probe: predictions and confirmations. */
  readonly probe?: ProbeSummary;
}
