import type { Evaluation, FurtherScores } from "./evaluation-types.ts";
import type { Count, Interval, LogLoss, Seed, Share } from "./scalar-types.ts";

/**
 * Choice of a sweep's trials. `grid`: every rank under every seed. `race`: blocks of seeds, after each of which settled
 * ranks drop out. `probe`: the largest rank, then the smallest that looks adequate by truncations of its adapters.
 */
export type MethodName = "grid" | "probe" | "race";

/** All methods, in the order of their rows. */
export const methodNames = ["grid", "probe", "race"] as const satisfies readonly MethodName[];

/** A trained adapter cut by SVD to a lower rank, and its results on the validation examples. */
export interface Truncation {
  /** The trial whose adapter was cut. */
  readonly trialId: string;
  readonly seed: Seed;
  /** Rank after the cut. */
  readonly rank: Count;
  readonly evaluation: Evaluation;
}

/** Prediction of one rank from truncations, in the metric's unit. */
export interface RankPrediction extends Pick<FurtherScores, "scores"> {
  readonly rank: Count;
  /** Accuracy of the truncated adapters; for the largest rank, its own. Mean over the seeds of the probe. */
  readonly accuracy: Share;
  readonly logLoss?: LogLoss;
  /** Advantage of this rank over the largest, by the decision's metric: below 0 is worse. 0 for the largest. */
  readonly advantage: number;
  /**
   * Expected range of the advantage of real runs, at the decision's confidence. It is the truncations' own interval,
   * widened by the variation of the largest rank's runs between seeds. It cannot cover gains from training at the lower
   * rank instead.
   */
  readonly interval: Interval;
}

/** A predicted rank that was trained, compared with the largest rank under the same seeds. */
export interface Confirmation {
  readonly rank: Count;
  /** Paired seeds. */
  readonly seeds: Count;
  /** This confirmation's share of the error of all confirmations together. */
  readonly share: Share;
  /** Advantage of the real runs of this rank over those of the largest, in the metric's unit; absent if they failed. */
  readonly advantage?: number;
  readonly interval?: Interval;
  /**
   * `held`: within the prediction. `missed`: outside of it. `refuted`: too far below the largest, so that a larger rank
   * is tried next. `failed`: runs failed, and a larger rank is tried next.
   */
  readonly outcome: "held" | "missed" | "refuted" | "failed";
}

/**
 * A rank below the predicted one, trained under the probe's seeds to see whether truncation underrates it. It claims
 * nothing: its result decides which rank is confirmed.
 */
export interface Pilot {
  readonly rank: Count;
  /** Paired seeds. */
  readonly seeds: Count;
  /** Advantage of its runs over those of the largest rank, in the metric's unit; absent if they failed. */
  readonly advantage?: number;
  readonly interval?: Interval;
  /** At most the margin below the largest rank: it replaced the rank above it. */
  readonly taken: boolean;
}

/** Course of a probe: its predictions and confirmations. */
export interface ProbeSummary {
  readonly fromRank: Count;
  /** Seeds whose run of `fromRank` was cut. */
  readonly probeSeeds: readonly Seed[];
  /** Paired seeds of a confirmation. */
  readonly confirmationSeeds: Count;
  /** Ascending by rank, `fromRank` last; empty when no run could be cut. */
  readonly predictions: readonly RankPrediction[];
  /** In the order in which they were run, from larger to smaller ranks; without the one that was then confirmed. */
  readonly pilots: readonly Pilot[];
  /** In the order in which they were run. */
  readonly confirmations: readonly Confirmation[];
  /** Trials that were run, truncations that were evaluated, and trials of the whole grid. */
  readonly runs: Count;
  readonly truncations: Count;
  readonly gridRuns: Count;
}

/** A rank that a race stopped running, and the cause. Amounts are in the metric's unit. */
export type RaceDrop =
  | {
      readonly rank: Count;
      /**
       * `beyond-margin`: `against` is better by more than the margin. `smaller-is-better`: `against` is smaller and better.
       */
      readonly cause: "beyond-margin" | "smaller-is-better";
      readonly against: Count;
      /** Advantage of `against`, with the interval that the drop rests on. */
      readonly shortfall: number;
      readonly interval: Interval;
      /** The same in words. */
      readonly reason: string;
    }
  | {
      readonly rank: Count;
      /** Too few of its runs completed. */
      readonly cause: "failed";
      readonly reason: string;
    };

/** One look of a race at its outcomes. */
export interface RaceLook {
  /** Seeds that the ranks in play had run. */
  readonly seeds: Count;
  /** This look's share of the error of the whole race. */
  readonly share: Share;
  /** Ranks in play before the look, ascending. */
  readonly ranks: readonly Count[];
  readonly dropped: readonly RaceDrop[];
  /**
   * Estimated probability that all planned seeds would end in a better verdict. That is one that recommends a rank, or a
   * settled one where a rank is recommended. Absent at the last look, and if the look settled the verdict.
   */
  readonly promise?: Share;
}

/** Course of a race: ranks run by blocks of seeds, with a look after each block. */
export interface RaceSummary {
  readonly plannedSeeds: Count;
  readonly looks: readonly RaceLook[];
  /**
   * `settled`: the comparison of the ranks was `adequate` or `extend`, even if none of them is better than the class prior.
   * `futile`: the remaining seeds would hardly have led to a better verdict. `spent`: all planned seeds were run. Absent
   * while the race has runs to go.
   */
  readonly stopped?: "settled" | "futile" | "spent";
  /** Runs that the looks rest on, and those of the whole grid. */
  readonly runs: Count;
  readonly gridRuns: Count;
}

/** Members that methods add to a decision. */
export interface MethodMembers {
  /** Present when the ranks were raced: its looks and the ranks dropped at them. */
  readonly race?: RaceSummary;
  /** Present when the ranks were probed: its predictions and confirmations. */
  readonly probe?: ProbeSummary;
}
