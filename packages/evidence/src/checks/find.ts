import type { CheckedRuns } from "../decide/decide.ts";
import type { OutcomeTable } from "../decide/outcomes.ts";
import type { PairedDesign } from "../decide/paired-design.ts";
import type { ScoreDesign } from "../decide/score-design.ts";
import type { DecideSettings } from "../decide/settings.ts";
import type { DecisionFacts } from "../schema/decision-facts.ts";
import type { CheckMembers, TrialResult, VerdictWithout } from "../schema/types.ts";

export type RunsFinding<Design = PairedDesign> = Partial<CheckedRuns<Design>>;

/** Runs with a score each; `examples` behind a share, if known. */
export interface CheckedScores {
  readonly design: ScoreDesign;
  readonly examples: number | undefined;
}

export interface CheckInputs {
  readonly trials: readonly TrialResult[];
  /** Trials of the smallest and largest rank at other learning rates. */
  readonly otherRates: readonly TrialResult[];
  readonly otherScaling?: TrialResult | undefined;
  readonly majorityShare?: number | undefined;
  readonly validationGroups?: readonly number[] | undefined;
  /**
   * Decides by the sweep's own rule on trials whose evaluations hold some of the examples alone, named by number. Absent
   * for a method that chose its runs by their scores. Default: none.
   */
  readonly decideOn?:
    | ((trials: readonly TrialResult[], examples: readonly number[]) => VerdictWithout | undefined)
    | undefined;
}

export interface Find {
  /** Check of runs by example; `design` holds the compared runs. */
  readonly ofRuns?: (
    design: PairedDesign,
    runs: OutcomeTable,
    settings: DecideSettings,
  ) => RunsFinding | undefined;
  readonly ofScores?: (
    scores: CheckedScores,
    settings: DecideSettings,
  ) => RunsFinding<ScoreDesign> | undefined;
  readonly ofDecision?: (decision: DecisionFacts, inputs: CheckInputs) => CheckMembers;
}
