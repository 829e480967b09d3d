export { isLimitSign, limitsPage } from "./checks/claims.ts";
export { type CheckTrials, robustnessTrials } from "./checks/robustness/trials.ts";
export { boundInUnit, costFigure, inUnit, percent } from "./claims/amounts.ts";
export type { StepKind } from "./claims/claim.ts";
export { comparedIn } from "./claims/compared.ts";
export type { Compared } from "./claims/compared-types.ts";
export { courseOf, methods } from "./methods/methods.ts";
export { armNumber, nameOfRun, parametersCost } from "./schema/arm-axis.ts";
export type { ArmAxis, OfAxis } from "./schema/arm-types.ts";
export { canonicalJson, canonicalPieces } from "./schema/canonical-json.ts";
export { bestStep, evaluationOn, type Halves, halvesOf } from "./schema/halves.ts";
export { figure, metricOf, metricsBeside, type OutcomeMetricName } from "./schema/metric.ts";
export { isSettled, namedRank, rankToUse, tellsRanksApart } from "./schema/rank-to-use.ts";
export {
  accuracyOf,
  meanAndInterval,
  positiveProbability,
  type Scores,
  scoreIn,
  scoreOf,
  scoresOf,
} from "./schema/scores.ts";
export { type SearchedName, searchedKeys, searchedNames } from "./schema/searched-names.ts";
export type {
  AnswersSpec,
  BaseQuantization,
  BaseWeights,
  ChoiceConfirmation,
  ChoiceGain,
  ChoiceSearch,
  ChoiceValue,
  ChosenRows,
  CommandLora,
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
  PointsFinding,
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
  SearchedLoss,
  SearchedValue,
  SearchSummary,
  SecondaryFinding,
  SecondaryOutcome,
  SecondaryScore,
  SecondaryValues,
  SharedSources,
  SpecMembers,
  SweepSummary,
  Task,
  TestRun,
  TestScore,
  TestSet,
  TrialPoint,
  TrialResult,
  TrialSpec,
  Truncation,
} from "./schema/types.ts";
export { type ArmDecision, type ByArm, withArmNames } from "./words/by-arm.ts";
export type { Claim } from "./words/claim.ts";
export { claimsOf } from "./words/claims-of.ts";
export { inBrief, inWords, kindInWords, nextSteps } from "./words/in-words.ts";
export type { CommandChange, NextStep } from "./words/next-words.ts";
export { type RankCosts, type RankRole, type RankRow, rankRows } from "./words/rank-rows.ts";
