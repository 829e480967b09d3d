export type { ModelSource, SyncByteSource } from "@lorank/checkpoint";
export { bytesSource, modelSource } from "@lorank/checkpoint";
export type { TrialHost } from "./base/host.ts";
export type { TrialInputs } from "./base/trial-model.ts";
export type { ReadData } from "./data/data-bytes.ts";
export type { DataOptions, DataRow, LabelledParts } from "./data/data-options.ts";
export { type LoadedDataset, loadDataset, type TokenInputs } from "./data/load-dataset.ts";
export { type AdaptedModel, type AdaptedModelInputs, adaptedModel } from "./evaluate/adapted-model.ts";
export { evaluateAdapters, type TestExamplesBytes } from "./evaluate/evaluate-adapters.ts";
export { evaluateTokenTensors, type TokenEvaluation, type TokenTensors } from "./evaluate/token-tensors.ts";
export {
  type PreparedTraining,
  type PrepareInputs,
  prepareTraining,
} from "./prepare/prepare-training.ts";
export type { TrainingSettings } from "./prepare/settings.ts";
export { trialId } from "./spec/trial-id.ts";
export { type AlphaRule, type LoraRule, type TrainingConfig, trialSpec } from "./spec/trial-spec.ts";
export type { CheckpointInterval, CheckpointStore, StoredCheckpoints } from "./trial/options.ts";
export { runTrial, type TrialControl, type TrialOutcome } from "./trial/run-trial.ts";
export type { TrialEvent } from "./trial/trial-event.ts";
