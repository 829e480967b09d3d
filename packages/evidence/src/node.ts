/** Readers of files with outcomes and scores, by any trainer or evaluator: `@lorank/evidence/node`. */

export { type ReadOutcomes, type RunOutcomes, readRun } from "./outcomes/read-outcomes.ts";
export type { RunOfRows } from "./outcomes/rows.ts";
export { patternBelow, type RunPlace, runPlaces } from "./outcomes/run-pattern.ts";
export { type ReadRuns, type ReadRunsOptions, readRuns } from "./scores/read-runs.ts";
