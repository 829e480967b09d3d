import { InputError } from "@lorank/core";
import type { RunScoreTable } from "../../methods/grid/decide-scores.ts";
import type { ChosenRows, MetricName } from "../../schema/types.ts";
import type { ChosenScore } from "./choose-score.ts";
import { assertOnlySeedsInPaths, type PlacedRun, scoredRun } from "./placed-run.ts";
import { inOneUnit } from "./units.ts";

export interface ReadScores extends RunScoreTable {
  readonly metric: MetricName;
  /** Column, or key in a trainer's log. */
  readonly column: string;
  /** Filters and averaging of rows; absent if all rows were read, each by itself. */
  readonly chosenRows?: ChosenRows;
  /** Tasks of a suite, each with its score in all runs; absent without a suite. */
  readonly tasks?: readonly string[];
  readonly files: readonly string[];
  /** Sentences on interpretations, and on what was left out. */
  readonly notes: readonly string[];
}

/**
 * Scores from files. `by`: place of the scores in the files, in words.
 *
 * @throws InputError `E_OUTCOMES` for no run, and as `assertOnlySeedsInPaths` and `inOneUnit`.
 */
export function scoresOfFiles(
  pattern: string,
  placed: readonly PlacedRun[],
  score: ChosenScore,
  by: string,
): ReadScores {
  if (placed.length === 0)
    throw new InputError("E_OUTCOMES", `${pattern} must have runs with an evaluation, got none`);
  assertOnlySeedsInPaths(placed, pattern);
  const { runs, wasPercent } = inOneUnit(placed, score.metric, pattern);
  const what = `${score.column}${wasPercent ? ", in percent," : ""} ${by}`;
  return {
    runs: runs.map(scoredRun),
    ...score,
    files: placed.map(({ place }) => place),
    notes: [`Read ${runs.length} runs of ${pattern}: ${what}.`],
  };
}
