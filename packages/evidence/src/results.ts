export { boundInUnit, inUnit, percent } from "./results/amounts.ts";
export { canonicalJson, canonicalPieces } from "./results/canonical-json.ts";
export type { Claim, StepKind } from "./results/claim.ts";
export { claimsOf } from "./results/claims/claims-of.ts";
export { isLimitSign, limitsPage } from "./results/facts/limits.ts";
export { type RankCosts, type RankRole, type RankRow, rankRows } from "./results/facts/rank-rows.ts";
export { isSettled, rankToUse, tellsRanksApart } from "./results/facts/rank-to-use.ts";
export { courseOf, methods } from "./results/methods/methods.ts";
export { figure, metricOf, metrics, metricsBeside, type OutcomeMetricName } from "./results/metric.ts";
export { checkResultPart, parseResults, type ResultPart, stripMeasured } from "./results/parse-results.ts";
export {
  accuracyOf,
  meanAndInterval,
  meansOf,
  type Scores,
  scoreIn,
  scoreMember,
  scoresOf,
} from "./results/scores.ts";
export type {
  AnswersSpec,
  BaseQuantization,
  BaseWeights,
  CheckName,
  ChosenRows,
  CommandSpec,
  CommandTrainer,
  Confirmation,
  Decision,
  DoublingGain,
  EngineEvaluation,
  EngineResult,
  EngineSpec,
  EpochSearch,
  Evaluation,
  FailedTrial,
  GeneratedAnswer,
  Interval,
  LoraSpec,
  LossPoint,
  MethodName,
  Metric,
  MetricName,
  ModelSummary,
  OptimizerSpec,
  Overlap,
  Pilot,
  ProbeSummary,
  Provenance,
  QuestionText,
  RaceDrop,
  RaceLook,
  RaceSummary,
  RankConvergence,
  RankPrediction,
  RankScore,
  RankSummary,
  RateSearch,
  Results,
  ReturnStep,
  Robustness,
  RobustnessRate,
  RobustnessRun,
  SearchedValue,
  SearchSummary,
  SharedSources,
  SpecMembers,
  SweepSummary,
  Task,
  TestRun,
  TestScore,
  TestSet,
  TrialResult,
  TrialSpec,
  Truncation,
} from "./results/types.ts";
export { inBrief, inWords, kindInWords, nextSteps } from "./results/words/in-words.ts";
export type { CommandChange, NextStep } from "./results/words/next-words.ts";
