import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { sha256Hex } from "@lorank/checkpoint/sha256";
import { InputError } from "@lorank/core";
import type { SearchSummary } from "@lorank/evidence/schema";
import { decodeDataset } from "@lorank/train/data";
import { watchCancel } from "../executor/cancel.ts";
import type { RunOptions } from "../executor/run-options.ts";
import { planSweep, type SweepInputs, type SweepPlan } from "../plan/plan.ts";
import { namesToSearch, type ToSearch, withFound } from "../plan/searched-settings.ts";
import type { ResultsFolder } from "../stages/run-plan.ts";
import { takeLease } from "../store/lease.ts";
import { assertOwnNames, removeTemporaryFiles, searchFolder } from "../store/own-names.ts";
import { savedSearch, searchedRanks, writeRecord } from "../store/record.ts";
import { SweepStore } from "../store/store.ts";
import { writeSettings } from "../store/sweep-file.ts";
import { type SearchParts, splitForSearch } from "./search-parts.ts";
import { searchesFor } from "./searches.ts";
import type { SearchStop, SearchTrials } from "./try-values.ts";

/** Sweep plan with the found settings, and the search. */
export interface FoundSettings {
  readonly plan: SweepPlan;
  readonly search: SearchSummary;
}

export type SearchOutcome = ({ readonly status: "found" } & FoundSettings) | SearchStop;

/** Search trainings' random seed; if the sweep uses it, the next that it does not. */
const firstSeed = 20_000;

/**
 * Finds settings by trainings at the smallest and largest rank, judged by log loss on other training examples. One
 * comes after the other, each at the values found before it and at the defaults of those after it.
 *
 * Trials lie in `search/`. A killed search is resumed; a finished one is not repeated.
 *
 * @param inputs with a plan that has the defaults of the settings to find.
 * @throws InputError as {@link earlierSearch}; `E_SWEEP_BUSY`, `E_OUT`, `E_DATA_HASH`, `E_SPLIT`; `E_SEARCH` where
 * every rate diverged.
 */
export async function searchSettings(
  inputs: SweepInputs,
  toSearch: ToSearch,
  { out: folder, extend, settings }: Pick<ResultsFolder, "out" | "extend" | "settings">,
  options: RunOptions,
): Promise<SearchOutcome> {
  const { plan } = inputs;
  const out = resolve(folder);
  const earlier = earlierSearch(out, plan, toSearch, extend);
  if (earlier !== undefined) return { status: "found", ...earlier };
  const parts = partsOf(inputs);
  assertOwnNames(out);
  assertOwnNames(searchFolder(out));
  const lease = takeLease(out);
  const { signals, release } = watchCancel(out, options.signals);
  const run = { ...options, signals };
  try {
    // An existing sweep's settings stay until the plans have been compared.
    if (!existsSync(join(out, "sweep.json"))) writeSettings(out, settings, plan.config);
    const store = new SweepStore(searchFolder(out));
    removeTemporaryFiles(store.out);
    const outcome = await search(trialsOf(store, inputs), parts, toSearch, run);
    if (outcome.status !== "found") return outcome;
    writeRecord(out, plan, toSearch, outcome.search);
    return { ...outcome, plan: searchedPlan(plan, outcome.search) };
  } finally {
    release();
    lease.release();
  }
}

/**
 * Search result saved in `out`, if any, with the plan as found. Throws InputError `E_SWEEP_CHANGED` for a search with
 * other settings.
 */
export function earlierSearch(
  out: string,
  plan: SweepPlan,
  toSearch: ToSearch,
  extend = false,
): FoundSettings | undefined {
  const search = savedSearch(out, plan, toSearch, extend);
  return search && { plan: searchedPlan(plan, search), search };
}

function searchedPlan(plan: SweepPlan, search: SearchSummary): SweepPlan {
  return planSweep(withFound(plan.config, search));
}

async function search(
  trials: SearchTrials,
  parts: SearchParts,
  toSearch: ToSearch,
  run: RunOptions,
): Promise<{ readonly status: "found"; readonly search: SearchSummary } | SearchStop> {
  const { ranks, seed, inputs } = trials;
  let found: SearchSummary = { ranks, seed, judgedExamples: parts.long.validation.length };
  const searches = searchesFor(toSearch);
  for (const name of namesToSearch(toSearch)) {
    const config = withFound(inputs.plan.config, found);
    const one = await searches[name]({ trials, parts, config }, run);
    if ("status" in one) return one;
    found = { ...found, [name]: one };
  }
  return { status: "found", search: found };
}

function trialsOf(store: SweepStore, inputs: SweepInputs): SearchTrials {
  const { config } = inputs.plan;
  let seed = firstSeed;
  while (config.seeds.includes(seed)) seed++;
  return { store, inputs, ranks: searchedRanks(config), seed };
}

function partsOf({ plan, dataset }: SweepInputs): SearchParts {
  const named = plan.config.data.sha256;
  const sha256 = sha256Hex(dataset);
  if (sha256 === named) return splitForSearch(decodeDataset(dataset));
  throw new InputError("E_DATA_HASH", `dataset must have the SHA-256 ${named}, got ${sha256}`);
}
