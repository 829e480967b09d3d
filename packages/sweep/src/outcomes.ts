/** Outcomes and scores that any trainer or evaluator wrote, read from files: `@lorank/sweep/outcomes`. */
import { isRunPattern } from "./outcomes/run-pattern.ts";
import type { ScoreChoices } from "./scores/columns.ts";
import { hasLmEvalResults, lmEvalScores } from "./scores/lm-eval-results.ts";
import { isRunTable, type ReadScores, readRunTable } from "./scores/run-table.ts";
import { hasTrainerStates, trainerStateScores } from "./scores/trainer-state.ts";

export type { OutcomeChoices } from "./outcomes/format.ts";
export { type ReadOutcomes, readOutcomes } from "./outcomes/read-outcomes.ts";
export { isOutcomes } from "./outcomes/run-files.ts";
export { isRunPattern, patternBelow, type RunPlace, runPlaces } from "./outcomes/run-pattern.ts";

/** Tells scores of runs from outcomes of examples: a table of runs, or a pattern of folders with logs or averages. */
export function isScores(path: string): boolean {
  return isRunPattern(path) ? hasTrainerStates(path) || hasLmEvalResults(path) : isRunTable(path);
}

/**
 * Reads a score for each run. `path` is a table with a row for each run, or with a column for each rank or seed. Or it is a
 * pattern of folders, such as `runs/r{rank}-s{seed}`, with a trainer's `trainer_state.json` or lm-eval's `results_<date>.json`.
 *
 * @throws InputError `E_COLUMN` and `E_CONFIG` as `chooseScore`; `E_OUTCOMES` for bad cells and runs; `E_DATA` for a file that
 *   cannot be read.
 */
export async function readScores(path: string, choices: ScoreChoices = {}): Promise<ReadScores> {
  if (!isRunPattern(path)) return readRunTable(path, choices);
  return hasTrainerStates(path) ? trainerStateScores(path, choices) : lmEvalScores(path, choices);
}
