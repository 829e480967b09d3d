import { existsSync, statSync } from "node:fs";
import { extname, join } from "node:path";
import { InputError, type OutcomeTable, outcomesFromTrials, type TrialResult } from "@lorank/core";
import { SweepStore } from "@lorank/sweep";
import { readOutcomes } from "../results/read-outcomes.ts";
import { readResults } from "../results/read-results.ts";

/** Runs that are there already. */
export interface Runs {
  readonly path: string;
  readonly outcomes: OutcomeTable;
  /** Undefined where another trainer wrote the outcomes. */
  readonly trials: readonly TrialResult[] | undefined;
}

/**
 * Reads what has been run: a sweep's folder, finished or not, its results.json, or any trainer's outcomes.
 *
 * @throws InputError `E_RESULTS` when there are none; as `readOutcomes` and `outcomesFromTrials`.
 */
export function readRuns(path: string): Runs {
  if ([".csv", ".tsv", ".jsonl"].includes(extname(path).toLowerCase()))
    return { path, outcomes: readOutcomes(path), trials: undefined };
  const trials = isSweep(path) ? new SweepStore(path).readResults() : readResults(path).results.trials;
  if (trials.length > 0) return { path, outcomes: outcomesFromTrials(trials), trials };
  throw new InputError(
    "E_RESULTS",
    `results must hold a trial that is done, got ${path}, which has none yet`,
  );
}

/** The trials of a folder are newer than its results.json, which is written when all are done. */
function isSweep(path: string): boolean {
  return existsSync(path) && statSync(path).isDirectory() && existsSync(join(path, "results"));
}
