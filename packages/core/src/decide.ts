export {
  adviseRanks,
  type CapacityDemand,
  type CapacityFacts,
  type RankAdvice,
} from "./decide/capacity/advise.ts";
export {
  type CapacityCalibration,
  capacityCalibration,
  type RuleRecord,
} from "./decide/capacity/calibration.ts";
export { type CapacityRuleName, capacityRules } from "./decide/capacity/capacity-rules.ts";
export type { ConvergenceOptions, TrainedTrial } from "./decide/convergence/convergence.ts";
export { withConvergence } from "./decide/convergence/with-convergence.ts";
export { type DecideOptions, decide } from "./decide/decide.ts";
export { type DecidableResults, decideResults } from "./decide/decide-results.ts";
export { type CrossedFit, fitCrossed, type VarianceComponents } from "./decide/interval/components.ts";
export { mostLogLoss, type Outcome, type OutcomeCells } from "./decide/outcome-row.ts";
export {
  type FailedRun,
  type OutcomeCell,
  type OutcomeTable,
  outcomesFromTrials,
  type TrialOutcome,
} from "./decide/outcomes.ts";
export {
  OutcomeGatherer,
  type OutcomeGathererOptions,
  outcomesFromRows,
} from "./decide/outcomes-from-rows.ts";
export { type PairedDifference, pairedDifference } from "./decide/paired-difference.ts";
export {
  assumedDisagreements,
  assumedNoise,
  assumedShares,
  type ObservedNoise,
  observedNoise,
  type PairNoise,
} from "./decide/plan/pair-noise.ts";
export { type DetectableDifferenceOptions, detectableDifference } from "./decide/plan/plan.ts";
export {
  type DesignPreview,
  type PreviewNeeds,
  type PreviewOptions,
  type PreviewRow,
  previewDesign,
} from "./decide/plan/preview.ts";
export { type ProbeOptions, type ProbeState, probeSoFar } from "./decide/probe/decide-probe.ts";
export { type ProbePlan, planProbe } from "./decide/probe/probe.ts";
export { decideRace } from "./decide/race/decide-race.ts";
export { type RaceOptions, type RaceState, type RaceStep, raceSoFar } from "./decide/race/race.ts";
export { type PlannedLook, raceLooks } from "./decide/race/race-looks.ts";
export { diminishingReturns, type RankCost } from "./decide/returns.ts";
export { type RobustnessInput, robustnessOf } from "./decide/robustness/robustness.ts";
export type { ProbedTrial } from "./decide/robustness/robustness-runs.ts";
export { withRobustness } from "./decide/robustness/with-robustness.ts";
export { type SimulatedWorld, simulateOutcomes } from "./decide/simulate.ts";
export { type ScoredRuns, testScoreOf } from "./decide/test-score.ts";
