import { sweepDefaults } from "./defaults.ts";
import { type AskedRunOptions, runOptions } from "./executor/run-options.ts";
import { preparePlan } from "./prepare/prepare-plan.ts";
import type { SweepSettings } from "./prepare/settings.ts";
import { searchedPlan, searchSettings } from "./search/search-settings.ts";
import { type ResultsFolder, runPlan, type SweepOutcome } from "./stages/run-plan.ts";
import { assertResultsFolder } from "./store/own-names.ts";
import { keepsOverlap } from "./store/sweep-file.ts";

/** A model, data and ranks; everything else has a default. `out` is `./lorank-sweep` unless it is given. */
export interface SweepRequest extends SweepSettings, AskedRunOptions, Partial<ResultsFolder> {}

export interface SweepRun extends SweepOutcome {
  /** What was inferred, left out, or must be known to read the results. */
  readonly notes: readonly string[];
}

/**
 * Trains every rank on the data under paired seeds, decides which rank to take, and hands out one adapter a rank. The same
 * call resumes what was stopped; called again when all is done, it changes nothing.
 *
 * @throws InputError for everything in the request that is wrong, before anything is written; `E_OUT` for a folder that
 *   holds something else; and as {@link runPlan}. Error with what a process last said where a search could not train.
 */
export async function runSweep({
  out = sweepDefaults.out,
  extend = false,
  portable = false,
  settings,
  ...asked
}: SweepRequest): Promise<SweepRun> {
  const run = runOptions(asked);
  const { keepOverlap = keepsOverlap(out) } = asked;
  const { toSearch, ...inputs } = await preparePlan({ ...asked, keepOverlap });
  const notes = [...inputs.notes, ...inputs.cut.notes];
  assertResultsFolder(out);
  if (!toSearch.learningRate && !toSearch.epochs)
    return { ...(await runPlan(inputs, { out, extend, portable, settings }, run)), notes };
  const outcome = await searchSettings(inputs, toSearch, { out, extend, settings }, run);
  if (outcome.status === "found") {
    const plan = searchedPlan(inputs.plan, outcome.search);
    return { ...(await runPlan({ ...inputs, plan }, { out, extend, portable, settings }, run)), notes };
  }
  if (outcome.status === "failed")
    throw new Error(outcome.failed.map(({ message }) => `a trial of the search ${message}`).join("\n"));
  const nothing = {
    results: null,
    adapters: [],
    unpublished: [],
    failed: [],
    finishedNow: 0,
    disagreements: [],
  };
  return { ...nothing, interrupted: true, notes };
}
