export {
  datasetSha256,
  decodeDataset,
  encodeDataset,
  encodeTestExamples,
  type TokenizedClassification,
  type TokenizedDataset,
  type TokenizedExample,
  type TokenizedLanguage,
  type TokenizedTokensExample,
} from "./data/dataset.ts";
export { noGroups } from "./data/group-column.ts";
export { groupNumbers } from "./data/groups.ts";
export {
  defaultFormat,
  promptTokens,
  type Question,
  questionOf,
  textTemplate,
} from "./data/instruction-format.ts";
export { type Instruction, instructionTableOf } from "./data/instruction-table.ts";
export { guessTask, loadDataset, type TokenInputs } from "./data/load-dataset.ts";
export { splitTrainValidation, type ValidationLimit } from "./data/parts.ts";
export { questionTexts } from "./data/questions.ts";
export type { Row } from "./data/rows.ts";
export type { Delimiter } from "./data/table-file.ts";
export { pieceDecoder, type TextEncoding } from "./data/text-encoding.ts";
export { textTableOf } from "./data/text-table.ts";
export { type LabelledText, longTexts } from "./data/tokenize-classification.ts";
export { tokenizeInstructionRows } from "./data/tokenize-instructions.ts";
export { readDataRows } from "./node/data-files.ts";
