export { fromPeftAdapter, toPeftAdapter } from "./adapter/peft.ts";
export { resolveTargets } from "./adapter/targets.ts";
export { type Base, loadBase, weightShapes } from "./base.ts";
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
export { type Row, readRows } from "./data/table-file.ts";
export { readTextTable, type TextRow, type TextTable, type TextTableOptions } from "./data/text-table.ts";
export {
  type ClassificationTexts,
  type LabelledText,
  tokenizeClassification,
} from "./data/tokenize-classification.ts";
export { splitTrainValidation, type TrainValidation } from "./data/validation-split.ts";
export { type EvaluateOptions, evaluate } from "./evaluate.ts";
export { initialAdapter, initialClassifier, randomBase } from "./initial-weights.ts";
export { IGNORED, type MicroBatch } from "./model/batch.ts";
export type { AdapterShape } from "./model/block-program.ts";
export type { Head } from "./model/head-program.ts";
export { type KeepMask, type RunOutputs, Transformer, type TransformerOptions } from "./model/transformer.ts";
export { familyOf } from "./models/families.ts";
export type { Family } from "./models/family.ts";
export { type PlantedRankOptions, type PlantedRankTask, plantedRankTask } from "./planted-rank.ts";
export { type PretrainOptions, type PretrainStep, pretrain } from "./pretrain.ts";
export { type RandomStream, randomStream } from "./random.ts";
export { createTokenizer, type TextTokenizer } from "./tokenizer/tokenizer.ts";
export { runTrial, type TrialEvent, type TrialOutcome, type TrialResources } from "./trial.ts";
