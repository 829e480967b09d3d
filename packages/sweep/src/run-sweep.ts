import { assertOptions, type OptionNames } from "@lorank/core";
import { sweepDefaults } from "./defaults.ts";
import { type AskedRunOptions, runOptionNames, runOptions } from "./executor/run-options.ts";
import { namesToSearch } from "./plan/searched-settings.ts";
import { preparePlan } from "./prepare/prepare-plan.ts";
import { sweepNames } from "./prepare/setting-names.ts";
import type { SweepSettings } from "./prepare/settings.ts";
import { searchSettings } from "./search/search-settings.ts";
import { folderNames, type ResultsFolder, runPlan, type SweepOutcome } from "./stages/run-plan.ts";
import { assertResultsFolder } from "./store/own-names.ts";
import { exampleChoices } from "./store/sweep-file.ts";

/**
 * Sweep request: settings, run options and results folder. All but model and data has a default (`out`:
 * `./lorank-sweep`).
 */
export interface SweepRequest extends SweepSettings, AskedRunOptions, Partial<ResultsFolder> {}

const requestNames: OptionNames<SweepRequest> = {
  ...sweepNames,
  ...runOptionNames,
  ...folderNames,
  out: false,
};

export interface SweepRun extends SweepOutcome {
  /** Sentences on inferred or unusual settings, for readers of the results. */
  readonly notes: readonly string[];
}

/**
 * Trains every rank under paired seeds, decides which to take, and publishes one adapter per rank. The same call
 * resumes a stopped sweep, and changes nothing in a complete one.
 *
 * @throws InputError, before anything is written, for everything wrong in the request, and as {@link runPlan}. `E_OUT`
 *   for a folder that holds something else. Error with a process's last output where a search could not train.
 */
export async function runSweep(request: SweepRequest): Promise<SweepRun> {
  assertOptions(request, "the settings of runSweep", requestNames, "refused");
  const {
    out = sweepDefaults.out,
    extend = false,
    portable = false,
    retryOutOfMemory = false,
    settings,
    ...rest
  } = request;
  const run = runOptions(rest);
  const earlier = exampleChoices(out);
  const { keepOverlap = earlier.keepOverlap, groupColumn = earlier.groupColumn } = rest;
  const { toSearch, ...inputs } = await preparePlan({ ...rest, keepOverlap, groupColumn });
  const notes = [...inputs.notes, ...inputs.cut.notes];
  assertResultsFolder(out);
  const folder = { out, extend, portable, retryOutOfMemory, settings };
  if (namesToSearch(toSearch).length === 0) return { ...(await runPlan(inputs, folder, run)), notes };
  const outcome = await searchSettings(inputs, toSearch, { out, extend, settings }, run);
  if (outcome.status === "found") {
    const { plan } = outcome;
    return { ...(await runPlan({ ...inputs, plan }, folder, run)), notes };
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
