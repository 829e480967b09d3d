/** Outcomes and scores that any trainer or evaluator wrote, read from files: `@lorank/sweep/outcomes`. */

export type { ReadOutcomes } from "./outcomes/read-outcomes.ts";
export { patternBelow, type RunPlace, runPlaces } from "./outcomes/run-pattern.ts";
export { type ReadRuns, type ReadRunsOptions, readRuns } from "./scores/read-runs.ts";
