export { fromPeftAdapter, type LoadedAdapter, type TrainedAdapter, toPeftAdapter } from "./adapter/peft.ts";
export type { CheckpointInterval, CheckpointOptions } from "./checkpoints/options.ts";
export { type AdaptedModel, type AdaptedModelOptions, loadAdaptedModel } from "./evaluate/adapted-model.ts";
export { type EvaluateOptions, evaluate } from "./evaluate/evaluate.ts";
export { evaluateAdapters, type TestExamplesFile } from "./evaluate/evaluate-adapters.ts";
export { evaluateTokenTensors, type TokenEvaluation, type TokenTensors } from "./evaluate/token-tensors.ts";
export type { MemoryPrediction } from "./memory/predict.ts";
export { type EngineMemoryOptions, predictEngineMemory } from "./memory/predict-engine.ts";
export { predictTrialMemory, type TrialMemoryOptions } from "./memory/predict-trial.ts";
export { cutNote } from "./prepare/cut-examples.ts";
export {
  type PreparedTraining,
  type PrepareOptions,
  prepareTraining,
} from "./prepare/prepare-training.ts";
export type { TrainingSettings } from "./prepare/settings.ts";
export { measureSteps, type StepCost } from "./stacked/measure-steps.ts";
export { runStackedTrials } from "./stacked/stacked-trials.ts";
export {
  type LoraRequest,
  type TrainedLora,
  type TrainingRun,
  trainLora,
  trainPrepared,
} from "./train-lora.ts";
export { type LossBefore, measureTrial, type TrialCost } from "./trial/measure-trial.ts";
export { runTrial, type TrialControl, type TrialOutcome } from "./trial/run-trial.ts";
export type { TrialEvent } from "./trial/trial-event.ts";
export type { TrialResources } from "./trial/trial-model.ts";
