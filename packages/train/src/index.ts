export { fromPeftAdapter, type LoadedAdapter, type TrainedAdapter, toPeftAdapter } from "./adapter/peft.ts";
export { type AdapterShape, adapterShape, type LoraShape, noAdapter } from "./adapter/shape.ts";
export { resolveTargets } from "./adapter/targets.ts";
export { assertWeights, type Base, loadBase, readBase } from "./base/base.ts";
export { initialAdapter, initialHead, initialMagnitudes, randomBase } from "./base/initial-weights.ts";
export type { DataOptions, DataRow, LabelledParts } from "./data/data-options.ts";
export {
  assertDataset,
  datasetSha256,
  decodeDataset,
  encodeDataset,
  type TokenizedClassification,
  type TokenizedDataset,
  type TokenizedExample,
  type TokenizedLanguage,
  type TokenizedTokensExample,
} from "./data/dataset.ts";
export {
  type InstructionFormat,
  PLAIN,
  type TrainOn,
  textTemplate,
} from "./data/instruction-format.ts";
export {
  type Instruction,
  type InstructionTable,
  type InstructionTableOptions,
  instructionTableOf,
  readInstructionTable,
} from "./data/instruction-table.ts";
export {
  guessTask,
  type LoadedDataset,
  loadDataset,
  type TokenInputs,
  type TokenizedData,
} from "./data/load-dataset.ts";
export { type Row, readDataRows, readRows } from "./data/table-file.ts";
export { encodeTestExamples, type TestExamples } from "./data/test-examples.ts";
export {
  readTextTable,
  type TextRow,
  type TextTable,
  type TextTableOptions,
  textTableOf,
} from "./data/text-table.ts";
export {
  type ClassificationTexts,
  type LabelledText,
  tokenizeClassification,
  tokenizeTextRows,
} from "./data/tokenize-classification.ts";
export {
  type InstructionTexts,
  type TokenizedInstructions,
  tokenizeInstructionRows,
  tokenizeInstructions,
} from "./data/tokenize-instructions.ts";
export { type SplitRow, splitTrainValidation, type TrainValidation } from "./data/validation-split.ts";
export { type AdaptedModel, type AdaptedModelOptions, loadAdaptedModel } from "./evaluate/adapted-model.ts";
export { type EvaluateOptions, evaluate } from "./evaluate/evaluate.ts";
export { evaluateAdapters, type TestExamplesFile } from "./evaluate/evaluate-adapters.ts";
export { meanOfTokens } from "./evaluate/mean-of-tokens.ts";
export { evaluateTokenTensors, type TokenEvaluation, type TokenTensors } from "./evaluate/token-tensors.ts";
export {
  type EngineMemoryParts,
  type MemoryPrediction,
  type PredictMemoryOptions,
  predictMemory,
} from "./memory/predict.ts";
export { type EngineMemoryOptions, predictEngineMemory } from "./memory/predict-engine.ts";
export { predictTrialMemory, type TrialMemoryOptions } from "./memory/predict-trial.ts";
export { familyOf } from "./models/families.ts";
export type { Family, Head, HeadModule } from "./models/family.ts";
export { type AdamW, type AdamWOptions, type AdamWState, createAdamW } from "./optimizer/adamw.ts";
export { type OptimizerStep, optimizerStep } from "./optimizer/optimizer-step.ts";
export { type PlantedRankOptions, type PlantedRankTask, plantedRankTask } from "./planted-rank.ts";
export { type PretrainOptions, type PretrainStep, pretrain } from "./pretrain/pretrain.ts";
export type { KeepCandidate, KeepPlan } from "./quantize/keep-plan.ts";
export type { OutputShare } from "./quantize/output-shares.ts";
export {
  type QuantizedLayer,
  type QuantizeModelOptions,
  type QuantizeSummary,
  quantizeModel,
} from "./quantize/quantize-model.ts";
export {
  type KeepSuggestion,
  type SuggestKeepLayersOptions,
  suggestKeepLayers,
} from "./quantize/suggest-keep-layers.ts";
export { type RandomStream, randomStream } from "./random/random.ts";
export { measureSteps, type StepCost } from "./stacked/measure-steps.ts";
export { runStackedTrials } from "./stacked/stacked-trials.ts";
export { type ChatMessage, type RenderChatOptions, renderChat } from "./tokenizer/chat.ts";
export { type PaddedTokens, type PadOptions, padTokens } from "./tokenizer/pad.ts";
export { createTokenizer, type TextTokenizer, type TokenizerOptions } from "./tokenizer/tokenizer.ts";
export { IGNORED, type MicroBatch } from "./transformer/batch.ts";
export type { KeepMask } from "./transformer/keep-masks.ts";
export { type RunOutputs, Transformer, type TransformerOptions } from "./transformer/transformer.ts";
export { type WeightShape, weightShapes } from "./transformer/weights.ts";
export { measureTrial, type TrialCost } from "./trial/measure-trial.ts";
export { runTrial, type TrialOutcome } from "./trial/run-trial.ts";
export type { TrialEvent } from "./trial/trial-event.ts";
export { headOf, type TrialResources } from "./trial/trial-model.ts";
