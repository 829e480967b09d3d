export type { ModelSource, SyncByteSource } from "@lorank/checkpoint";
export { modelSource } from "@lorank/checkpoint";
export type { TrialHost, TrialInputs } from "./base/trial-model.ts";
export type { DataOptions, DataRow, LabelledParts } from "./data/data-options.ts";
export { type LoadedDataset, loadDataset, type TokenInputs } from "./data/load-dataset.ts";
export type { ReadData } from "./data/rows.ts";
export { type AdaptedModel, type AdaptedModelInputs, adaptedModel } from "./evaluate/adapted-model.ts";
export { evaluateAdapters, type TestExamplesBytes } from "./evaluate/evaluate.ts";
export { evaluateTokenTensors, type TokenEvaluation, type TokenTensors } from "./evaluate/token-tensors.ts";
export {
  type PreparedTraining,
  type PrepareInputs,
  prepareTraining,
} from "./prepare/prepare-training.ts";
export type { TrainingSettings } from "./prepare/settings.ts";
export { type AlphaRule, type LoraRule, type TrainingConfig, trialId, trialSpec } from "./spec.ts";
export type { TrialEvent } from "./trial/learner.ts";
export { runTrial, type TrialControl, type TrialOutcome } from "./trial/run-trial.ts";
export type { CheckpointInterval, CheckpointStore, StoredCheckpoints } from "./trial/training-checkpoints.ts";
