/** Outcomes and scores that any trainer or evaluator wrote, read from files: `@lorank/sweep/outcomes`. */
export type { OutcomeChoices } from "./outcomes/format.ts";
export { type ReadOutcomes, readOutcomes } from "./outcomes/read-outcomes.ts";
export { isOutcomes } from "./outcomes/run-files.ts";
export { isRunPattern } from "./outcomes/run-pattern.ts";
export { isScores, readScores } from "./scores/read-scores.ts";
