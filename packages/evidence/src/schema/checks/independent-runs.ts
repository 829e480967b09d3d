import type { Count, Share } from "../scalar-types.ts";

/** Runs more alike the nearer they are in an order: each may have started from the last, or a machine drifted. */
export interface DependentRuns {
  /** Order in which neighbours are alike: by start time, or by seed if times are unknown. */
  readonly order: "time" | "seed";
  /**
   * Evidence, from runs that follow each other. `outcomes`: they disagree on fewer examples. `scores`: their scores are
   * nearer, apart from what ranks share under a seed. `seeds`: what ranks share is nearer.
   */
  readonly shownBy: "outcomes" | "scores" | "seeds";
  /** Upper bound on the probability of so clear a sign if runs are independent. */
  readonly chance: Share;
}

/** Count of runs that began with another run's trained weights, as the table's column says. */
export interface WarmStarts {
  readonly runs: Count;
  /** Count of all compared runs. */
  readonly of: Count;
}

export interface IndependentRunsMembers {
  /** Present if runs depend on the run before them: intervals assume independence, and are too narrow. */
  readonly dependentRuns?: DependentRuns;
  /** Present if runs began with the weights of different other runs. */
  readonly warmStarts?: WarmStarts;
  /** Present if each rank's runs began before the next rank's: a drift would look like a difference. */
  readonly ranksInTurn?: true;
}
