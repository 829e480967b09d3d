import type { DecisionFacts } from "../../results/decision-facts.ts";
import type { CheckMembers, TrialResult } from "../../results/types.ts";
import type { OutcomeTable } from "../outcomes.ts";
import type { PairedDesign } from "../paired-design.ts";
import type { DecideSettings } from "../settings.ts";

/** Finding of a check on runs before they are compared. */
export interface RunsFinding {
  /** Runs to compare. Default: all of them. */
  readonly design?: PairedDesign;
  /**
   * Statements that the runs do not support. `rank`: which one to use, and the evidence for it. `pairs`: how two ranks
   * differ. `plan`: which larger design would settle more.
   */
  readonly forbids: readonly ("rank" | "pairs" | "plan")[];
  readonly members: CheckMembers;
}

/** Trials and examples that checks read beside a decision. */
export interface CheckInputs {
  readonly trials: readonly TrialResult[];
  /** The smallest and the largest rank at other learning rates. */
  readonly otherRates: readonly TrialResult[];
  /** The largest rank under rsLoRA's scaling. */
  readonly otherScaling?: TrialResult | undefined;
  /** Share of the most frequent class among the evaluation examples; absent for causal-lm. */
  readonly majorityShare?: number | undefined;
  /** For each example the number of its group; absent if examples are independent. */
  readonly validationGroups?: readonly number[] | undefined;
}

/** A check on a decision. Its effect on the claims is a row of `results/checks/checks.ts`. */
export interface DecisionCheck {
  /** Checks all `runs`; the compared ones are the `design`. */
  readonly ofRuns?: (
    design: PairedDesign,
    runs: OutcomeTable | undefined,
    settings: DecideSettings,
  ) => RunsFinding | undefined;
  /** Checks the decision and its trials. */
  readonly ofDecision?: (decision: DecisionFacts, inputs: CheckInputs) => CheckMembers;
}
