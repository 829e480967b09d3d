export type { TrialHost } from "./base/trial-model.ts";
export type { LabelledParts } from "./data/data-options.ts";
export { loadDataset } from "./data/load-dataset.ts";
export { adaptersOn } from "./prepare/adapters-on.ts";
export { type PreparedTraining, type PrepareInputs, prepareTraining } from "./prepare/prepare-training.ts";
export type { TrainingSettings } from "./prepare/settings.ts";
export type { TrialEvent } from "./trial/learner.ts";
export { runTrial } from "./trial/run-trial.ts";
export type { CheckpointStore } from "./trial/training-checkpoints.ts";
