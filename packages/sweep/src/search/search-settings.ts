import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { InputError } from "@lorank/core";
import type { SearchSummary } from "@lorank/core/results";
import { datasetSha256, decodeDataset } from "@lorank/train/data";
import type { RunOptions } from "../executor/run-options.ts";
import { watchCancel } from "../executor/watch-cancel.ts";
import { planSweep, type SweepInputs, type SweepPlan } from "../plan/plan.ts";
import type { ResultsFolder } from "../stages/run-plan.ts";
import { takeLease } from "../store/lease.ts";
import { assertOwnNames } from "../store/own-folders.ts";
import { earlierSearch, searchedRanks, searchFolder, type ToSearch, writeRecord } from "../store/record.ts";
import { writeSettings } from "../store/settings-file.ts";
import { SweepStore } from "../store/store.ts";
import { removeTemporaryFiles } from "../store/tidy.ts";
import { chooseEpochs, firstEpochs, nextEpochs } from "./choose-epochs.ts";
import { chooseRate, firstRates, nextRates } from "./choose-rate.ts";
import { classPriorLoss } from "./class-prior-loss.ts";
import { type SearchParts, splitForSearch } from "./search-split.ts";
import type { Tried } from "./tried.ts";
import { type SearchStop, type SearchTrials, type ToTry, tryValues } from "./try-values.ts";

export type SearchOutcome = { readonly status: "found"; readonly search: SearchSummary } | SearchStop;

/** Under which a search trains, unless the sweep does. */
const usualSeed = 20_000;

/**
 * Finds the learning rate, the epochs or both by short trainings of the smallest and the largest rank, on a part of the
 * training examples, judged by log loss on another part of them. The rate first, at the epochs of the plan, which are the
 * usual ones; then the epochs at that rate.
 *
 * Trials lie in `search/` of the results folder, a store like that of the sweep: killed, the search goes on with what is
 * missing; done, it is not made again.
 *
 * @param inputs whose plan has the usual learning rate and epochs in place of what is wanted.
 * @throws InputError as {@link earlierSearch}; `E_SWEEP_BUSY`, `E_OUT`, `E_DATA_HASH`, `E_SPLIT`; `E_SEARCH` where every rate
 *   diverged.
 */
export async function searchSettings(
  inputs: SweepInputs,
  wanted: ToSearch,
  { out: folder, extend, settings }: Pick<ResultsFolder, "out" | "extend" | "settings">,
  options: RunOptions,
): Promise<SearchOutcome> {
  const { plan } = inputs;
  const out = resolve(folder);
  const found = earlierSearch(out, plan, wanted, extend);
  if (found !== undefined) return { status: "found", search: found };
  const parts = partsOf(inputs);
  assertOwnNames(out);
  assertOwnNames(searchFolder(out));
  const lease = takeLease(out);
  const { signals, release } = watchCancel(out, options.signals);
  const run = { ...options, signals };
  try {
    // Where there is a sweep already, its settings are written when the plan has been compared with it.
    if (!existsSync(join(out, "sweep.json"))) writeSettings(out, settings, plan.config);
    const store = new SweepStore(searchFolder(out));
    removeTemporaryFiles(store.out);
    const outcome = await search(trialsOf(store, inputs), parts, wanted, run);
    if (outcome.status === "found") writeRecord(out, plan, wanted, outcome.search);
    return outcome;
  } finally {
    release();
    lease.release();
  }
}

/** The plan with what was found in place of the usual settings. */
export function searchedPlan(plan: SweepPlan, { learningRate, epochs }: SearchSummary): SweepPlan {
  const { optimizer } = plan.config;
  return planSweep({
    ...plan.config,
    optimizer: {
      ...optimizer,
      learningRate: learningRate?.chosen ?? optimizer.learningRate,
      epochs: epochs?.chosen ?? optimizer.epochs,
    },
  });
}

async function search(
  trials: SearchTrials,
  { short, long }: SearchParts,
  wanted: ToSearch,
  run: RunOptions,
): Promise<SearchOutcome> {
  const { ranks, seed, config } = trials;
  const { optimizer } = config;
  let found: SearchSummary = { ranks, seed, judgedExamples: long.validation.length };
  let { learningRate } = optimizer;
  if (wanted.learningRate) {
    const start = learningRate;
    const guessing = classPriorLoss(short);
    const tried = await tryUntil(
      trials,
      { setting: "learningRate", data: short, optimizer },
      firstRates(start),
      (so) => nextRates(start, so, guessing),
      run,
    );
    if ("status" in tried) return tried;
    const { epochs } = optimizer;
    const rate = chooseRate(start, tried, {
      epochs,
      trainExamples: short.train.length,
      ...(guessing === undefined ? {} : { guessing }),
    });
    found = { ...found, learningRate: rate };
    learningRate = rate.chosen;
  }
  if (wanted.epochs) {
    const tried = await tryUntil(
      trials,
      { setting: "epochs", data: long, optimizer: { ...optimizer, learningRate } },
      firstEpochs(optimizer.epochs),
      nextEpochs,
      run,
    );
    if ("status" in tried) return tried;
    const epochs = chooseEpochs(tried, { learningRate, trainExamples: long.train.length });
    found = { ...found, epochs };
  }
  return { status: "found", search: found };
}

/** Tries the first values, then what `next` makes of all that was tried, until that is nothing. */
async function tryUntil(
  trials: SearchTrials,
  toTry: Omit<ToTry, "values">,
  first: readonly number[],
  next: (tried: readonly Tried[]) => readonly number[],
  run: RunOptions,
): Promise<Tried[] | SearchStop> {
  const tried: Tried[] = [];
  for (let values = first; values.length > 0; values = next(tried)) {
    const more = await tryValues(trials, { ...toTry, values }, run);
    if ("status" in more) return more;
    tried.push(...more);
  }
  return tried;
}

function trialsOf(store: SweepStore, { plan: { config }, modelPath }: SweepInputs): SearchTrials {
  let seed = usualSeed;
  while (config.seeds.includes(seed)) seed++;
  return { store, config, ranks: searchedRanks(config), seed, modelPath };
}

function partsOf({ plan, dataset }: SweepInputs): SearchParts {
  const named = plan.config.data.sha256;
  const sha256 = datasetSha256(dataset);
  if (sha256 === named) return splitForSearch(decodeDataset(dataset));
  throw new InputError("E_DATA_HASH", `dataset must have the SHA-256 ${named}, got ${sha256}`);
}
