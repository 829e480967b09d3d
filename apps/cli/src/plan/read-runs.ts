import { existsSync } from "node:fs";
import { join } from "node:path";
import { InputError } from "@lorank/core";
import { type OutcomeTable, outcomesFromTrials } from "@lorank/core/decide";
import type { TrialResult } from "@lorank/core/results";
import { planAgain, readSweepFile, SweepStore } from "@lorank/sweep";
import { isOutcomes } from "@lorank/sweep/outcomes";
import { trialId } from "@lorank/train/spec";
import type { Display } from "../output.ts";
import { readOutcomes, readResults } from "../results/read-results.ts";

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
export async function readRuns(path: string, display: Display): Promise<Runs> {
  if (isOutcomes(path)) return { path, outcomes: await readOutcomes(path, display), trials: undefined };
  const trials = readTrials(path);
  return { path, outcomes: outcomesFromTrials(trials), trials };
}

/** The trials of a sweep's folder, finished or not, or of its results.json. Throws InputError `E_RESULTS` when there are none. */
export function readTrials(path: string): readonly TrialResult[] {
  const trials = isSweep(path) ? gridTrials(path) : readResults(path).results.trials;
  if (trials.length > 0) return trials;
  throw new InputError(
    "E_RESULTS",
    `results must hold a trial that is done, got ${path}, which has none yet`,
  );
}

function isSweep(path: string): boolean {
  return existsSync(join(path, "sweep.json")) && existsSync(join(path, "results"));
}

/**
 * The trials of the grid that are done in a sweep's folder, whose results.json comes last. Trials of checks are left out:
 * they say nothing of the ranks' noise under the sweep's own settings.
 */
function gridTrials(path: string): TrialResult[] {
  const grid = new Set(planAgain(readSweepFile(path)).specs.map((spec) => trialId(spec)));
  const store = new SweepStore(path, { readOnly: true });
  return store.readResults().filter((trial) => grid.has(trial.trialId));
}
