export type { DataOptions, DataRow, LabelledParts } from "./data/data-options.ts";
export {
  datasetSha256,
  decodeDataset,
  encodeDataset,
  encodeTestExamples,
  type TestExamples,
  type TokenizedClassification,
  type TokenizedDataset,
  type TokenizedExample,
  type TokenizedLanguage,
  type TokenizedTokensExample,
} from "./data/dataset.ts";
export { type InstructionFormat, type TrainOn, textTemplate } from "./data/instruction-format.ts";
export {
  type Instruction,
  type InstructionTable,
  type InstructionTableOptions,
  instructionTableOf,
} from "./data/instruction-table.ts";
export {
  guessTask,
  type LoadedDataset,
  loadDataset,
  type TokenInputs,
  type TokenizedData,
} from "./data/load-dataset.ts";
export {
  type SplitRow,
  splitTrainValidation,
  type TrainValidation,
  type ValidationLimit,
} from "./data/parts.ts";
export type { Row } from "./data/rows.ts";
export { type Delimiter, delimiters, type ReadOptions } from "./data/table-file.ts";
export { encodings, pieceDecoder, type TextEncoding } from "./data/text-encoding.ts";
export {
  type TextRow,
  type TextTable,
  type TextTableOptions,
  textTableOf,
} from "./data/text-table.ts";
export {
  type ClassificationTexts,
  type LabelledText,
  longTexts,
  tokenizeClassification,
  tokenizeTextRows,
} from "./data/tokenize-classification.ts";
export {
  type InstructionTexts,
  type TokenizedInstructions,
  tokenizeInstructionRows,
  tokenizeInstructions,
} from "./data/tokenize-instructions.ts";
export { readData, readDataRows, readRows } from "./node/data-files.ts";
