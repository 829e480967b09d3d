import type { Count, Interval, Share } from "./scalar-types.ts";

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
