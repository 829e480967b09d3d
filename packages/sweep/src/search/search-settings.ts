import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { InputError } from "@lorank/core";
import type { SearchSummary } from "@lorank/evidence/results";
import { decodeDataset, splitTrainValidation, type TokenizedDataset } from "@lorank/train/data";
import { watchCancel } from "../executor/cancel.ts";
import type { RunOptions } from "../executor/run-options.ts";
import { planSweep, type SweepInputs, type SweepPlan } from "../plan/plan.ts";
import type { ResultsFolder } from "../stages/run-plan.ts";
import { sha256Of } from "../store/files.ts";
import { takeLease } from "../store/lease.ts";
import { assertOwnNames, removeTemporaryFiles, searchFolder } from "../store/own-names.ts";
import { savedSearch, searchedRanks, type ToSearch, writeRecord } from "../store/record.ts";
import { SweepStore } from "../store/store.ts";
import { writeSettings } from "../store/sweep-file.ts";
import {
  chooseEpochs,
  chooseRate,
  firstEpochs,
  firstRates,
  nextEpochs,
  nextRates,
  type Tried,
} from "./choose.ts";
import { type SearchStop, type SearchTrials, type ToTry, tryValues } from "./try-values.ts";

/** Share of the training examples set aside for selection: to judge a setting's log loss. */
const selectionShare = 1 / 4;
const mostSelection = 400;
const shortShare = 1 / 2;
/** Random seeds for drawing the selection and the short training examples. */
const selectionDraw = 71;
const shortDraw = 72;

/**
 * Datasets for the search: `short` to try learning rates, `long` to try epochs. `validation` in both has the selection
 * examples.
 */
interface SearchParts {
  readonly short: TokenizedDataset;
  readonly long: TokenizedDataset;
}

/**
 * Splits a sweep's training examples: a quarter, at most about 400, for selection; the rest for long trainings; half of
 * all for short trainings. Draws are by class and deterministic. Validation examples stay unseen.
 *
 * @throws InputError `E_SPLIT` where no class has two examples.
 */
export function splitForSearch(dataset: TokenizedDataset): SearchParts {
  const all = dataset.train.length;
  const rows = dataset.train.map((example) => ({
    example,
    ...("label" in example ? { label: String(example.label) } : {}),
  }));
  const selection = splitTrainValidation(rows, Math.min(selectionShare, mostSelection / all), selectionDraw);
  const shortPart = Math.min(1 - 1e-9, (shortShare * all) / selection.train.length);
  // The drawn part is left out and the rest taken, so that a class with one example stays.
  const short = splitTrainValidation(selection.train, 1 - shortPart, shortDraw);
  // Changing this name would change the search's trial ids.
  const named = `${dataset.name}, parted for the search`;
  const part = (train: readonly (typeof rows)[number][]): TokenizedDataset =>
    ({
      name: named,
      task: dataset.task,
      train: train.map(({ example }) => example),
      validation: selection.validation.map(({ example }) => example),
    }) as TokenizedDataset; // examples and task come from one data set
  return { short: part(short.train), long: part(selection.train) };
}

/** Sweep plan with the found learning rate and epochs, and the search. */
export interface FoundSettings {
  readonly plan: SweepPlan;
  readonly search: SearchSummary;
}

export type SearchOutcome = ({ readonly status: "found" } & FoundSettings) | SearchStop;

/** Search trainings' random seed; if the sweep uses it, the next that it does not. */
const firstSeed = 20_000;

/**
 * Finds learning rate, epochs or both by trainings at the smallest and largest rank, judged by log loss on other
 * training examples. The rate comes first, at the default epochs.
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

function searchedPlan(plan: SweepPlan, { learningRate, epochs }: SearchSummary): SweepPlan {
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
  toSearch: ToSearch,
  run: RunOptions,
): Promise<{ readonly status: "found"; readonly search: SearchSummary } | SearchStop> {
  const { ranks, seed, inputs } = trials;
  const { optimizer } = inputs.plan.config;
  let found: SearchSummary = { ranks, seed, judgedExamples: long.validation.length };
  let { learningRate } = optimizer;
  if (toSearch.learningRate) {
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
  if (toSearch.epochs) {
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

function trialsOf(store: SweepStore, inputs: SweepInputs): SearchTrials {
  const { config } = inputs.plan;
  let seed = firstSeed;
  while (config.seeds.includes(seed)) seed++;
  return { store, inputs, ranks: searchedRanks(config), seed };
}

function partsOf({ plan, dataset }: SweepInputs): SearchParts {
  const named = plan.config.data.sha256;
  const sha256 = sha256Of(dataset);
  if (sha256 === named) return splitForSearch(decodeDataset(dataset));
  throw new InputError("E_DATA_HASH", `dataset must have the SHA-256 ${named}, got ${sha256}`);
}

/**
 * Class-prior loss: mean validation log loss, in nats, when predicting the training shares of classes. Undefined for
 * responses.
 */
export function classPriorLoss({ task, train, validation }: TokenizedDataset): number | undefined {
  if (task.kind !== "classification") return undefined;
  const counts = task.labels.map((_, label) => train.filter((example) => labelOf(example) === label).length);
  const losses = validation.map((example) => -Math.log(counts[labelOf(example)]! / train.length));
  return losses.reduce((sum, loss) => sum + loss, 0) / losses.length;
}

function labelOf(example: TokenizedDataset["train"][number]): number {
  return (example as { readonly label: number }).label;
}
