import type { NonNegative } from "./scalar-types.ts";

/** Arms that are compared in place of ranks, such as models. Members named `rank` then are places in `names`, from 1. */
export interface ArmAxis {
  /** Source of the names: a table's columns, or `arm` in a path. */
  readonly by: string;
  /** Arms in order of cost; without costs by mean score, best first. */
  readonly names: readonly string[];
  /** Cost by arm; absent if unknown. */
  readonly cost?: ArmCosts;
}

/** Decision, sweep or table of outcomes, of which an axis names the arms. Without an axis, ranks are compared. */
export interface OfAxis {
  readonly axis?: ArmAxis | undefined;
}

export interface ArmCosts {
  /** Name of the cost, such as a table's column. */
  readonly of: string;
  /** Costs by arm, each a mean over the arm's rows. */
  readonly values: readonly NonNegative[];
}
