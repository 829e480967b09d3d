/** File readers for outcomes and scores, by any trainer or evaluator: `@lorank/evidence/node`. */

export { patternBelow, type RunPlace, runPlaces } from "./readers/files/run-pattern.ts";
export { type ReadAnswersOptions, type RunOfAnswers, readAnswers } from "./readers/read-answers.ts";
export type { ReadOutcomes } from "./readers/read-outcomes.ts";
export { type RunOutcomes, readRun } from "./readers/read-run.ts";
export { type ReadRuns, type ReadRunsOptions, readRuns } from "./readers/read-runs.ts";
export { assertOfTable } from "./readers/rows/row-choices.ts";
export type { RunOfRows } from "./readers/rows/rows.ts";
export { secondaryOf } from "./readers/rows/secondary-columns.ts";
export { shownTasks } from "./readers/rows/suite.ts";
export { scoresOfRuns } from "./readers/run-scores.ts";
export { evaluationOf } from "./schema/scores.ts";
