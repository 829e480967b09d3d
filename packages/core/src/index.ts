export { type CatalogueModel, catalogueModels, findCatalogueModel } from "./catalogue/catalogue.ts";
export {
  type ChapterFigures,
  chapterFigures,
  chapterPrintout,
  estimateLoraParams,
  estimateTrainingMemory,
  fillRankComparison,
  type RankExperiment,
  runRankComparison,
  type TrainingMemory,
} from "./chapter.ts";
export {
  type ConvergenceOptions,
  convergenceOf,
  type TrainedTrial,
} from "./decide/convergence/convergence.ts";
export { withConvergence } from "./decide/convergence/convergence-words.ts";
export { type DecideOptions, decide, defaultMargins } from "./decide/decide.ts";
export { type DecidableResults, decideResults } from "./decide/decide-results.ts";
export { type CrossedFit, fitCrossed, type VarianceComponents } from "./decide/interval/components.ts";
export {
  type FailedRun,
  type OutcomeCell,
  type OutcomeTable,
  outcomesFromTrials,
  type TrialOutcome,
} from "./decide/outcomes.ts";
export { type Outcome, outcomesFromRows } from "./decide/outcomes-from-rows.ts";
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
export { decideProbe, type ProbeOptions, type ProbeState, probeSoFar } from "./decide/probe/decide-probe.ts";
export { type ProbePlan, planProbe } from "./decide/probe/probe.ts";
export { decideRace } from "./decide/race/decide-race.ts";
export { type RaceOptions, type RaceState, type RaceStep, raceSoFar } from "./decide/race/race.ts";
export { type PlannedLook, raceLooks } from "./decide/race/race-looks.ts";
export { diminishingReturns, type RankCost } from "./decide/returns.ts";
export { type RobustnessInput, robustnessOf } from "./decide/robustness/robustness.ts";
export type { ProbedTrial } from "./decide/robustness/robustness-runs.ts";
export { withRobustness } from "./decide/robustness/robustness-words.ts";
export { type SimulatedWorld, simulatedLogLosses, simulateOutcomes } from "./decide/simulate.ts";
export { type ScoredRuns, testScoreOf } from "./decide/test-score.ts";
export { boundInUnit, inUnit } from "./decide/words.ts";
export { InputError, isInputError } from "./errors.ts";
export { formatBytes, formatCount, formatDecimalBytes } from "./format.ts";
export { type ChangeEffect, changesThatFit, singleChanges } from "./memory/advice.ts";
export {
  type BaseBytes,
  type BaseFormat,
  type BaseFormatName,
  baseBytes,
  baseFormat,
  baseFormatNames,
  type FloatDtype,
} from "./memory/base-bytes.ts";
export { type Card, type CardChoice, cardBytes, cards, cardsFor } from "./memory/cards.ts";
export {
  estimateMemory,
  type MemoryEstimate,
  type MemoryOptions,
} from "./memory/estimate.ts";
export { type Fit, fitOf, type Growable, largestThatFits } from "./memory/fits.ts";
export { estimateFull, type FullEstimate, type FullOptions } from "./memory/full.ts";
export { type MeasuredErrors, measuredErrors } from "./memory/measured-errors.ts";
export {
  type OptimizerKind,
  type OptimizerName,
  optimizerNames,
  optimizerStateBytes,
  type TrainedTensor,
} from "./memory/optimizer-bytes.ts";
export { type MemoryParts, partWords } from "./memory/parts.ts";
export type { PeakPhase } from "./memory/peak.ts";
export { type Profile, profileNames, profileOf, profiles } from "./memory/profiles.ts";
export {
  largestRankRow,
  type MemoryMethod,
  type MemoryRow,
  type MemoryRowsOptions,
  memoryMethods,
  memoryRows,
} from "./memory/rows.ts";
export {
  type AttentionKind,
  attentionKinds,
  type CheckpointingKind,
  checkpointingKinds,
  type LossKind,
  lossKinds,
  type StackSettings,
  type StackTraits,
} from "./memory/stack.ts";
export { type StaticBytes, type StaticBytesOptions, staticBytes } from "./memory/static-bytes.ts";
export { type MemoryBarsOptions, memoryBars } from "./memory/svg/bars.ts";
export { memoryBarsStyle } from "./memory/svg/bars-style.ts";
export {
  type ActivationName,
  type ModelComputation,
  type TrainableModelType,
  trainableModelTypes,
} from "./model/computation/computation.ts";
export type { LayerKind } from "./model/computation/layer-kinds.ts";
export type { RopeSettings } from "./model/computation/rope.ts";
export type { LinearInput, LinearShape, ModelLinear } from "./model/linear-shapes.ts";
export { countDoraParams, countLoraParams } from "./model/lora-params.ts";
export {
  type ModelShapeOptions,
  modelShapeFromConfig,
  modelTypes,
  type TrainableModel,
  trainableModelFromConfig,
} from "./model/model-shape.ts";
export type {
  BlockShape,
  FeedForwardShape,
  ModelHead,
  ModelParams,
  ModelShape,
  ModelType,
} from "./model/shape.ts";
export { selectTargets, type TargetLayer, targetLayers, targetNames } from "./model/targets.ts";
export { assertRank } from "./rank.ts";
export type * from "./results/types.ts";
export { scalingOf } from "./scaling.ts";
export type { FactorMatrix, LoraFactors } from "./spectrum/factors.ts";
export { rankAtEnergy, type Spectrum, spectrumOf } from "./spectrum/spectrum.ts";
export { type TruncatedLora, truncateLora } from "./spectrum/truncate.ts";
