import type { Evaluation } from "./evaluation-types.ts";
import type { MetricName } from "./metric.ts";
import type { Count, Interval, LogLoss, Seed, Share } from "./scalar-types.ts";
import type { FurtherScores } from "./test-types.ts";

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
export interface RankPrediction extends Pick<FurtherScores, "scores"> {
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

/** A rank that a race stopped running, and what for. Amounts are in the metric's unit. */
export type RaceDrop =
  | {
      readonly rank: Count;
      /**
       * `beyond-margin`: `against` is better by more than the margin. `smaller-is-better`: `against` is smaller and better.
       */
      readonly cause: "beyond-margin" | "smaller-is-better";
      readonly against: Count;
      /** How much better `against` is, with the interval that the drop rests on. */
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
  /** This look's share of the error that the whole race may make. */
  readonly share: Share;
  /** Ranks in play before the look, ascending. */
  readonly ranks: readonly Count[];
  readonly dropped: readonly RaceDrop[];
  /**
   * About the probability that all planned seeds would end in a verdict other than inconclusive. Absent at the last
   * look, and where the look found a verdict.
   */
  readonly promise?: Share;
}

/** How a race went: ranks run by blocks of seeds, with a look after each block. */
export interface RaceSummary {
  readonly plannedSeeds: Count;
  readonly looks: readonly RaceLook[];
  /**
   * `settled`: the comparison of the ranks had a verdict, even if none of them is better than the class prior. `futile`:
   * the seeds left would hardly have led to one. `spent`: all planned seeds were run. Absent while the race has runs to go.
   */
  readonly stopped?: "settled" | "futile" | "spent";
  /** Runs that the looks rest on, and those of the whole grid. */
  readonly runs: Count;
  readonly gridRuns: Count;
}

/** Members that methods add to a decision. */
export interface MethodMembers {
  /** Present when the ranks were raced: its looks and who was dropped at them. */
  readonly race?: RaceSummary;
  /** Present when the ranks were probed: what was predicted, and what real runs confirmed. */
  readonly probe?: ProbeSummary;
}

/** Contents of claims on the course of a method, by kind. */
export interface MethodBodies {
  "race-course": {
    stopped?: "settled" | "futile" | "spent";
    seeds: number;
    plannedSeeds: number;
    /** About the probability of a verdict that the seeds left would have had. */
    promise?: number;
    runs: number;
    gridRuns: number;
  };
  dropped: DropBody;
  "probe-course": {
    fromRank: number;
    /** Whose run of `fromRank` was cut; 0 where none could be. */
    seeds: number;
    runs: number;
    gridRuns: number;
  };
  /** A prediction and what real runs made of it. */
  confirmed: {
    metric: MetricName;
    fromRank: number;
    prediction: RankPrediction;
    confirmation: Confirmation;
    /** Smaller than the rank that the predictions point to: its pilot kept up. */
    isBelowCandidate: boolean;
  };
  pilot: Pilot & { metric: MetricName; fromRank: number };
  "not-trained": {
    ranks: readonly number[];
    metric: MetricName;
    /** Those below the recommended rank, and how far their cut adapters fell behind. */
    below: readonly { readonly rank: number; readonly shortfall: number }[];
  };
}

type DropBody = RaceDrop & { readonly seeds: number; readonly metric: MetricName };
