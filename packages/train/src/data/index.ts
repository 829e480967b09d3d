export { loadDataset, readDataRows, readRows } from "../node/data-files.ts";
export type { DataOptions, DataRow, LabelledParts } from "./data-options.ts";
export {
  datasetSha256,
  decodeDataset,
  encodeDataset,
  type TokenizedClassification,
  type TokenizedDataset,
  type TokenizedExample,
  type TokenizedLanguage,
  type TokenizedTokensExample,
} from "./dataset.ts";
export { type InstructionFormat, type TrainOn, textTemplate } from "./instruction-format.ts";
export {
  type Instruction,
  type InstructionTable,
  type InstructionTableOptions,
  instructionTableOf,
} from "./instruction-table.ts";
export {
  guessTask,
  type LoadedDataset,
  type TokenInputs,
  type TokenizedData,
} from "./load-dataset.ts";
export { longTexts } from "./long-examples.ts";
export type { ValidationLimit } from "./parts.ts";
export type { Row } from "./row.ts";
export { type Delimiter, delimiters } from "./separated-text.ts";
export type { ReadOptions } from "./table-file.ts";
export { encodeTestExamples, type TestExamples } from "./test-examples.ts";
export { encodings, pieceDecoder, type TextEncoding } from "./text-encoding.ts";
export {
  type TextRow,
  type TextTable,
  type TextTableOptions,
  textTableOf,
} from "./text-table.ts";
export {
  type ClassificationTexts,
  type LabelledText,
  tokenizeClassification,
  tokenizeTextRows,
} from "./tokenize-classification.ts";
export {
  type InstructionTexts,
  type TokenizedInstructions,
  tokenizeInstructionRows,
  tokenizeInstructions,
} from "./tokenize-instructions.ts";
export { type SplitRow, splitTrainValidation, type TrainValidation } from "./validation-split.ts";
