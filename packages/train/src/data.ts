export {
  decodeDataset,
  encodeDataset,
  type TokenizedClassification,
  type TokenizedDataset,
  type TokenizedExample,
  type TokenizedLanguage,
  type TokenizedTokensExample,
} from "./data/dataset.ts";
export { exampleTable } from "./data/example-table.ts";
export type { Instruction } from "./data/instruction-table.ts";
export type { TokenInputs } from "./data/load-dataset.ts";
export { splitTrainValidation, type ValidationLimit } from "./data/parts.ts";
export { type Question, questionsOf, questionTexts } from "./data/questions.ts";
export type { LabelledText } from "./data/tokenize-classification.ts";
export { type TrainedRows, trainedRows } from "./data/trained-rows.ts";
