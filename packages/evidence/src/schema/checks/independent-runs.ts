import type { Count, Share } from "../scalar-types.ts";

/** Runs that are more alike the nearer they are in an order: each may have started from the one before, or a machine drifted. */
export interface DependentRuns {
  /** The order: of their starts, or of their seeds if times are not known. */
  readonly order: "time" | "seed";
  /**
   * Evidence, of runs that follow each other. `outcomes`: they disagree on fewer examples. `scores`: their scores are nearer, beside
   * what all ranks share under a seed. `seeds`: what all ranks share is.
   */
  readonly shownBy: "outcomes" | "scores" | "seeds";
  /** Upper bound on the probability of so clear a sign if runs are independent. */
  readonly chance: Share;
}

/** Runs that began with what other runs had learned, as their table says. */
export interface WarmStarts {
  readonly runs: Count;
  /** All compared runs. */
  readonly of: Count;
}

/** Members that the check adds to a decision. */
export interface IndependentRunsMembers {
  /** Present if runs depend on the run before them: intervals take them to be independent, and are too narrow. */
  readonly dependentRuns?: DependentRuns;
  /** Present if runs began with the weights of different other runs. */
  readonly warmStarts?: WarmStarts;
  /** Present if times are known and each rank's runs began before those of the next: a drift would look like a difference. */
  readonly ranksInTurn?: true;
}
