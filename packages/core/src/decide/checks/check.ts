import type { DecisionFacts } from "../../results/decision-facts.ts";
import type { CheckMembers, TrialResult } from "../../results/types.ts";
import type { OutcomeTable } from "../outcomes.ts";
import type { PairedDesign } from "../paired-design.ts";
import type { DecideSettings } from "../settings.ts";

/** What a check finds of runs before they are compared. */
export interface RunsFinding {
  /** What is compared instead of all runs. Default: all of them. */
  readonly design?: PairedDesign;
  /**
   * What may not be said of the runs. `rank`: which one to use, and what speaks for it. `pairs`: how two ranks differ. `plan`:
   * which larger design would settle more.
   */
  readonly forbids: readonly ("rank" | "pairs" | "plan")[];
  readonly members: CheckMembers;
}

/** What checks look at besides a decision. */
export interface CheckInputs {
  readonly trials: readonly TrialResult[];
  /** The smallest and the largest rank at other learning rates. */
  readonly otherRates: readonly TrialResult[];
  /** The largest rank under rsLoRA's scaling. */
  readonly otherScaling?: TrialResult | undefined;
  /** Share of the most frequent class among the evaluation examples; absent for causal-lm. */
  readonly majorityShare?: number | undefined;
}

/** A check on a decision: what it looks at, and what it adds. What it does to the claims is a row of `results/checks/checks.ts`. */
export interface Check {
  /** Looks at all `runs`, of which the `design` is compared. */
  readonly ofRuns?: (
    design: PairedDesign,
    runs: OutcomeTable | undefined,
    settings: DecideSettings,
  ) => RunsFinding | undefined;
  /** Looks at the decision and its trials. */
  readonly ofDecision?: (decision: DecisionFacts, inputs: CheckInputs) => CheckMembers;
}
