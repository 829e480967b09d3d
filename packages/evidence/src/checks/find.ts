import type { CheckedRuns } from "../decide/decide.ts";
import type { OutcomeTable } from "../decide/outcomes.ts";
import type { PairedDesign } from "../decide/paired-design.ts";
import type { ScoreDesign } from "../decide/score-design.ts";
import type { DecideSettings } from "../decide/settings.ts";
import type { DecisionFacts } from "../schema/decision-facts.ts";
import type { CheckMembers, TrialResult } from "../schema/types.ts";

/** Finding of a check on runs before they are compared; parts without news are absent. */
export type RunsFinding<Design = PairedDesign> = Partial<CheckedRuns<Design>>;

/** Runs that are known by one score each, and the number of examples behind a score that is a share, if that is known. */
export interface CheckedScores {
  readonly design: ScoreDesign;
  readonly examples: number | undefined;
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

/** A check in statistics: what it looks at, and the members that it adds to a decision. */
export interface Find {
  /** Checks all `runs`; the compared ones are the `design`. */
  readonly ofRuns?: (
    design: PairedDesign,
    runs: OutcomeTable,
    settings: DecideSettings,
  ) => RunsFinding | undefined;
  /** Checks runs that are known by one score each. */
  readonly ofScores?: (
    scores: CheckedScores,
    settings: DecideSettings,
  ) => RunsFinding<ScoreDesign> | undefined;
  /** Checks the decision and its trials. */
  readonly ofDecision?: (decision: DecisionFacts, inputs: CheckInputs) => CheckMembers;
}
