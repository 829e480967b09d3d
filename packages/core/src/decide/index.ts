export {
  adviseRanks,
  type CapacityDemand,
  type CapacityFacts,
  type RankAdvice,
} from "./capacity/advise.ts";
export { type CapacityCalibration, capacityCalibration, type RuleRecord } from "./capacity/calibration.ts";
export { type CapacityRuleName, capacityRules } from "./capacity/capacity-rules.ts";
export type { ConvergenceOptions, TrainedTrial } from "./convergence/convergence.ts";
export { withConvergence } from "./convergence/with-convergence.ts";
export { type DecideOptions, decide, defaultMargins } from "./decide.ts";
export { type DecidableResults, decideResults } from "./decide-results.ts";
export { type CrossedFit, fitCrossed, type VarianceComponents } from "./interval/components.ts";
export { mostLogLoss, type Outcome, type OutcomeCells } from "./outcome-row.ts";
export {
  type FailedRun,
  type OutcomeCell,
  type OutcomeTable,
  outcomesFromTrials,
  type TrialOutcome,
} from "./outcomes.ts";
export { OutcomeGatherer, type OutcomeGathererOptions, outcomesFromRows } from "./outcomes-from-rows.ts";
export { type PairedDifference, pairedDifference } from "./paired-difference.ts";
export {
  assumedDisagreements,
  assumedNoise,
  assumedShares,
  type ObservedNoise,
  observedNoise,
  type PairNoise,
} from "./plan/pair-noise.ts";
export { type DetectableDifferenceOptions, detectableDifference } from "./plan/plan.ts";
export {
  type DesignPreview,
  type PreviewNeeds,
  type PreviewOptions,
  type PreviewRow,
  previewDesign,
} from "./plan/preview.ts";
export { type ProbeOptions, type ProbeState, probeSoFar } from "./probe/decide-probe.ts";
export { type ProbePlan, planProbe } from "./probe/probe.ts";
export { decideRace } from "./race/decide-race.ts";
export { type RaceOptions, type RaceState, type RaceStep, raceSoFar } from "./race/race.ts";
export { type PlannedLook, raceLooks } from "./race/race-looks.ts";
export { diminishingReturns, type RankCost } from "./returns.ts";
export { type RobustnessInput, robustnessOf } from "./robustness/robustness.ts";
export type { ProbedTrial } from "./robustness/robustness-runs.ts";
export { withRobustness } from "./robustness/with-robustness.ts";
export { type SimulatedWorld, simulateOutcomes } from "./simulate.ts";
export { type ScoredRuns, testScoreOf } from "./test-score.ts";
