import { sha256Hex } from "@lorank/checkpoint/sha256";
import { type EngineResult, type SearchedName, unobserved } from "@lorank/evidence/schema";
import { encodeDataset, type TokenizedDataset } from "@lorank/train/data";
import { isStopping, type RunOptions } from "../executor/run-options.ts";
import { type FailedTask, runTasks } from "../executor/run-tasks.ts";
import { planSweep, type SweepInputs } from "../plan/plan.ts";
import { configWith } from "../plan/searched-settings.ts";
import type { SweepConfig } from "../plan/sweep-config.ts";
import { trainingTask } from "../stages/run-stages.ts";
import type { SweepStore } from "../store/store.ts";
import { trainerOf } from "../trainers/trainers.ts";
import type { Tried } from "./tried.ts";

export interface SearchTrials {
  readonly store: SweepStore;
  readonly ranks: readonly number[];
  readonly seed: number;
  readonly inputs: SweepInputs;
}

/** Search without an outcome: stopped by a signal, or trainings failed. */
export type SearchStop =
  | { readonly status: "interrupted" }
  | { readonly status: "failed"; readonly failed: readonly FailedTask[] };

export interface ToTry<Value extends number | string = number> {
  readonly setting: SearchedName;
  readonly values: readonly Value[];
  /** Value as the config has it. (default: the value) */
  readonly inConfig?: (value: Value) => unknown;
  readonly data: TokenizedDataset;
  /** Config of the sweep, with what the search has found before this setting. */
  readonly config: SweepConfig;
}

/** Training of a search, with what its result has beside the losses. */
export interface TriedTrial<Value extends number | string = number> extends Tried<Value> {
  /** Correctness by selection example; undefined where the training diverged. */
  readonly correct: readonly number[] | undefined;
  readonly trainableParams: number;
}

/** Trains every rank at every value of a setting, unless the search's store has the result. */
export async function tryValues<Value extends number | string>(
  { store, inputs, ranks, seed }: SearchTrials,
  { setting, values, inConfig = (value) => value, data, config }: ToTry<Value>,
  run: RunOptions,
): Promise<TriedTrial<Value>[] | SearchStop> {
  const dataset = encodeDataset(data);
  // Groups belong to the sweep's validation examples, and observations to its trials.
  const { validationGroups: _, ...settings } = unobserved(config);
  const trials = values.flatMap((value) => {
    const { specs } = planSweep({
      ...configWith(settings, setting, inConfig(value)),
      data: referenceTo(data, dataset),
      ranks,
      seeds: [seed],
    });
    return specs.map((spec) => ({ id: store.addSpec(spec), rank: spec.lora.rank, value }));
  });
  const missing = trials.map(({ id }) => id).filter((id) => !store.isDone(id));
  const searched: SweepInputs = { ...inputs, dataset };
  const place = trainerOf(searched).placeIn(store.out, searched, run);
  const executor = await run.executor(place, run);
  const tasks = missing.map((id) => trainingTask(store, id));
  const tried = runTasks(executor, tasks, run, ({ kind, trialId }) => {
    if (kind !== "finished") return;
    const { rank, value } = trials.find(({ id }) => id === trialId)!;
    const { evaluation, measured } = store.readResult(trialId);
    const loss = evaluation?.logLoss === undefined ? {} : { logLoss: evaluation.logLoss };
    const seconds = measured.seconds.total;
    run.reporter.report({ kind: "setting-tried", setting, value, rank, ...loss, seconds });
  });
  const { failed } = await tried.finally(() => executor.close?.());
  if (failed.length > 0) return { status: "failed", failed };
  if (isStopping(run.signals)) return { status: "interrupted" };
  return trials.map(({ id, rank, value }) => {
    const { evaluation, trainableParams } = store.readResult(id) as EngineResult; // only the engine searches
    return { rank, value, trainableParams, logLosses: evaluation?.logLosses, correct: evaluation?.correct };
  });
}

/** Tries `first` values, and then those that `next` names, until it names none. */
export async function tryUntil(
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

function referenceTo({ name, train, validation }: TokenizedDataset, bytes: Uint8Array): SweepConfig["data"] {
  const sha256 = sha256Hex(bytes);
  return { name, sha256, trainExamples: train.length, validationExamples: validation.length };
}
