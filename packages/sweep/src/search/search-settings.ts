import { resolve } from "node:path";
import { InputError, type SearchSummary } from "@lorank/core";
import { datasetSha256, decodeDataset } from "@lorank/train";
import { planSweep, type SweepPlan } from "../plan/plan.ts";
import type { RunSweepOptions } from "../run-sweep.ts";
import { takeLease } from "../store/lease.ts";
import { SweepStore } from "../store/store.ts";
import { removeTemporaryFiles } from "../store/tidy.ts";
import { chooseEpochs, firstEpochs, nextEpochs } from "./choose-epochs.ts";
import { chooseRate, firstRates, nextRates } from "./choose-rate.ts";
import { guessingLoss } from "./guessing.ts";
import { partForSearch, type SearchParts } from "./parting.ts";
import { earlierSearch, searchedRanks, searchFolder, type ToSearch, writeRecord } from "./record.ts";
import { type SearchRun, type SearchStop, type ToTry, tryValues } from "./run-trials.ts";
import type { Tried } from "./tried.ts";

/** A training of the search has its result. */
export interface SearchEvent {
  readonly setting: "learningRate" | "epochs";
  readonly value: number;
  readonly rank: number;
  /** In nats; absent where it diverged. */
  readonly logLoss?: number;
  readonly seconds: number;
}

/** As of {@link RunSweepOptions}, but for the data, which are parted anew. */
export interface SearchOptions
  extends Pick<
    RunSweepOptions,
    | "out"
    | "modelFolder"
    | "trialsAtOnce"
    | "threads"
    | "device"
    | "maxAttempts"
    | "extend"
    | "signal"
    | "killSignal"
    | "trialModule"
  > {
  /** The tokenised data set that the plan's `data.sha256` names. */
  readonly dataset: Uint8Array;
  readonly onEvent?: (event: SearchEvent) => void;
}

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
 * @param plan with the usual learning rate and epochs in place of what is wanted.
 * @throws InputError as {@link earlierSearch} and {@link takeLease}; `E_DATA_HASH`, `E_SPLIT`; `E_SEARCH` where every rate
 *   diverged.
 */
export async function searchSettings(
  plan: SweepPlan,
  wanted: ToSearch,
  options: SearchOptions,
): Promise<SearchOutcome> {
  const out = resolve(options.out);
  const found = earlierSearch(out, plan, wanted, options.extend);
  if (found !== undefined) return { status: "found", search: found };
  const parts = partsOf(plan, options);
  const lease = takeLease(out);
  try {
    const store = new SweepStore(searchFolder(out));
    removeTemporaryFiles(store.out);
    const outcome = await search(runOf(store, plan, options), parts, wanted);
    if (outcome.status === "found") writeRecord(out, plan, wanted, outcome.search);
    return outcome;
  } finally {
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
  run: SearchRun,
  { short, long }: SearchParts,
  wanted: ToSearch,
): Promise<SearchOutcome> {
  const { ranks, seed, config } = run;
  const { optimizer } = config;
  let found: SearchSummary = { ranks, seed, judgedExamples: long.validation.length };
  let { learningRate } = optimizer;
  if (wanted.learningRate) {
    const start = learningRate;
    const guessing = guessingLoss(short);
    const tried = await tryUntil(
      run,
      { setting: "learningRate", data: short, optimizer },
      firstRates(start),
      (so) => nextRates(start, so, guessing),
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
      run,
      { setting: "epochs", data: long, optimizer: { ...optimizer, learningRate } },
      firstEpochs(optimizer.epochs),
      nextEpochs,
    );
    if ("status" in tried) return tried;
    const epochs = chooseEpochs(tried, { learningRate, trainExamples: long.train.length });
    found = { ...found, epochs };
  }
  return { status: "found", search: found };
}

/** Tries the first values, then what `next` makes of all that was tried, until that is nothing. */
async function tryUntil(
  run: SearchRun,
  toTry: Omit<ToTry, "values">,
  first: readonly number[],
  next: (tried: readonly Tried[]) => readonly number[],
): Promise<Tried[] | SearchStop> {
  const tried: Tried[] = [];
  for (let values = first; values.length > 0; values = next(tried)) {
    const more = await tryValues(run, { ...toTry, values });
    if ("status" in more) return more;
    tried.push(...more);
  }
  return tried;
}

function runOf(store: SweepStore, { config }: SweepPlan, options: SearchOptions): SearchRun {
  const { modelFolder, trialsAtOnce = 1, threads = 1, device, maxAttempts = 3, trialModule } = options;
  let seed = usualSeed;
  while (config.seeds.includes(seed)) seed++;
  return {
    store,
    config,
    ranks: searchedRanks(config),
    seed,
    resources: {
      modelFolder: resolve(modelFolder),
      threads,
      ...(device === undefined ? {} : { device }),
      ...(trialModule === undefined ? {} : { trialModule: resolve(trialModule) }),
    },
    trialsAtOnce,
    maxAttempts,
    signal: options.signal,
    killSignal: options.killSignal,
    onEvent: options.onEvent ?? (() => {}),
  };
}

function partsOf({ config }: SweepPlan, { dataset }: SearchOptions): SearchParts {
  const sha256 = datasetSha256(dataset);
  if (sha256 === config.data.sha256) return partForSearch(decodeDataset(dataset));
  throw new InputError("E_DATA_HASH", `dataset must have the SHA-256 ${config.data.sha256}, got ${sha256}`);
}
