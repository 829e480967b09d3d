export { fromPeftAdapter, type LoadedAdapter, type TrainedAdapter } from "./adapter/peft.ts";
export type { AdaptedModel } from "./evaluate/adapted-model.ts";
export { type EvaluateOptions, evaluate } from "./evaluate/evaluate.ts";
export { evaluateTokenTensors, type TokenEvaluation, type TokenTensors } from "./evaluate/token-tensors.ts";
export type { MemoryPrediction } from "./memory/predict.ts";
export { type EngineMemoryOptions, predictEngineMemory } from "./memory/predict-engine.ts";
export { predictTrialMemory, type TrialMemoryOptions } from "./memory/predict-trial.ts";
export { type AdaptedModelOptions, loadAdaptedModel } from "./node/adapted-model.ts";
export { toPeftAdapter } from "./node/peft.ts";
export { type PrepareOptions, prepareTraining } from "./node/prepare-training.ts";
export type { TrialResources } from "./node/trial-inputs.ts";
export {
  evaluateAdapters,
  measureTrial,
  runTrial,
  type TestExamplesFile,
  type TrialControl,
} from "./node/trials.ts";
export { cutNote } from "./prepare/cut-examples.ts";
export type { PreparedTraining } from "./prepare/prepare-training.ts";
export type { TrainingSettings } from "./prepare/settings.ts";
export {
  type LoraRequest,
  type TrainedLora,
  type TrainingRun,
  trainLora,
  trainPrepared,
} from "./train-lora.ts";
export type { MeasureOptions, TrialCost } from "./trial/measure-trial.ts";
export type { CheckpointInterval, CheckpointOptions } from "./trial/options.ts";
export type { TrialOutcome } from "./trial/run-trial.ts";
export type { TrialEvent } from "./trial/trial-event.ts";
