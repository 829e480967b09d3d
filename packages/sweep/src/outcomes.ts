/** Outcomes that any trainer or evaluator wrote, read from files: `@lorank/sweep/outcomes`. */
export type { OutcomeChoices } from "./outcomes/format.ts";
export {
  type FailedExamples,
  type ReadOutcomes,
  type ReadOutcomesOptions,
  type ReadSoFar,
  readOutcomes,
} from "./outcomes/read-outcomes.ts";
export { isOutcomes } from "./outcomes/run-files.ts";
export type { ScoreChoices } from "./scores/columns.ts";
export { isScores, readScores } from "./scores/read-scores.ts";
export type { ReadScores } from "./scores/run-table.ts";
