export type { RankSize } from "./base/trained-sizes.ts";
export type { MemoryPrediction } from "./memory/predict.ts";
export { predictEngineMemory, predictTrialMemory } from "./memory/predict-trial.ts";
export { nodeInputs } from "./node/data-files.ts";
export {
  evaluateAdapters,
  measureTrial,
  runTrial,
  type TestExamplesFile,
  type TrialControl,
  type TrialResources,
} from "./node/trials.ts";
export type { AnswerSettings, TrainingSettings } from "./prepare/settings.ts";
export {
  type LoraRequest,
  type StoppingSettings,
  type TrainedLora,
  type TrainingRun,
  trainLora,
  trainPrepared,
} from "./train-lora.ts";
export type { TrialEvent } from "./trial/learner.ts";
export type { MeasureOptions, TrialCost } from "./trial/measure-trial.ts";
export type { TrialOutcome } from "./trial/run-trial.ts";
export type { StepChoice, StepScores } from "./trial/step-choice.ts";
export type { CheckpointOptions } from "./trial/training-checkpoints.ts";
