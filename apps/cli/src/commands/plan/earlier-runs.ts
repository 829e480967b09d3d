import { existsSync } from "node:fs";
import { join } from "node:path";
import { InputError } from "@lorank/core";
import { decide, decideResults } from "@lorank/evidence";
import { outcomesFromTrials } from "@lorank/evidence/methods";
import { assertOfTable, type ReadRunsOptions } from "@lorank/evidence/node";
import type { TrialResult } from "@lorank/evidence/results";
import { outcomesOf, readPlan, SweepStore } from "@lorank/sweep/folder";
import { trialId } from "@lorank/train/spec";
import type { Display, Messages } from "../../output.ts";
import { readResults } from "../../results/read-results.ts";
import { readRuns as readEvidence } from "../../results/read-runs.ts";
import { noteWhatWasRead } from "../../results/what-was-read.ts";
import type { Runs } from "./design.ts";

/**
 * Reads earlier runs: a sweep's folder, a results.json, or any trainer's outcomes.
 * @throws `E_RESULTS` without runs; as `readRuns` of @lorank/evidence/node and `outcomesFromTrials`.
 */
export async function readRuns(
  path: string,
  output: Pick<Messages, "note"> & Display,
  choices: Pick<ReadRunsOptions, "filter" | "score" | "groupColumn" | "where" | "averageOver"> = {},
): Promise<Runs> {
  const found = await readEvidence(path, { ...choices, only: "outcomes" }, output);
  if (found?.kind === "outcomes") {
    noteWhatWasRead(found, output);
    return { path, outcomes: found, trials: undefined, decide: (options) => decide(found, options) };
  }
  assertOfTable(choices, "a sweep's results");
  const runs = isSweep(path) ? gridRuns(path) : reportedRuns(path);
  if (runs.trials.length > 0) return { path, ...runs };
  throw new InputError(
    "E_RESULTS",
    `results must hold a trial that is done, got ${path}, which has none yet`,
  );
}

type SweepRuns = Pick<Runs, "outcomes" | "decide"> & { readonly trials: readonly TrialResult[] };

function reportedRuns(path: string): SweepRuns {
  const { results } = readResults(path);
  const { trials, data, sweep } = results;
  return {
    trials,
    outcomes: outcomesFromTrials(trials, data.validationGroups, [], sweep),
    decide: (options) => decideResults(results, options),
  };
}

function isSweep(path: string): boolean {
  return existsSync(join(path, "sweep.json")) && existsSync(join(path, "results"));
}

/** Finished trials in the grid. Trials for checks are left out: their settings, and so their noise, differ. */
function gridRuns(path: string): SweepRuns {
  const plan = readPlan(path);
  const store = new SweepStore(path, { readOnly: true });
  const grid = new Set(plan.specs.map((spec) => trialId(spec)));
  const trials = store.readResults().filter((trial) => grid.has(trial.trialId));
  const outcomes = outcomesOf(store, plan, plan.specs);
  const isDecided = existsSync(join(path, "results.json"));
  return {
    trials,
    outcomes,
    decide: (options) =>
      isDecided ? decideResults(readResults(path).results, options) : decide(outcomes, options),
  };
}
