import { join } from "node:path";
import { encodeDataset, type TokenizedDataset } from "@lorank/train/data";
import { isStopping, type RunOptions } from "../executor/run-options.ts";
import { type FailedTask, runTasks } from "../executor/run-tasks.ts";
import { jobPlace } from "../plan/job.ts";
import { planSweep } from "../plan/plan.ts";
import type { SweepConfig } from "../plan/sweep-config.ts";
import { trainingTask } from "../stages/run-stages.ts";
import { sha256Of } from "../store/files.ts";
import type { SweepStore } from "../store/store.ts";
import { keepExamples } from "../trainers/engine.ts";
import type { Tried } from "./choose.ts";

/** Common to all trainings of a search. */
export interface SearchTrials {
  readonly store: SweepStore;
  readonly config: SweepConfig;
  readonly ranks: readonly number[];
  readonly seed: number;
  readonly modelPath: string;
}

/** Why a search has no outcome. */
export type SearchStop =
  | { readonly status: "interrupted" }
  | { readonly status: "failed"; readonly failed: readonly FailedTask[] };

/** Values of one setting to try on `data`, beside what else is known of the optimiser. */
export interface ToTry {
  readonly setting: "learningRate" | "epochs";
  readonly values: readonly number[];
  readonly data: TokenizedDataset;
  readonly optimizer: SweepConfig["optimizer"];
}

/**
 * Trains every rank of a search at every value, as trials of the search's own store. What has a result there is not
 * trained again.
 */
export async function tryValues(
  { store, config, ranks, seed, modelPath }: SearchTrials,
  { setting, values, data, optimizer }: ToTry,
  run: RunOptions,
): Promise<Tried[] | SearchStop> {
  const dataset = keepData(store, data, run);
  // Groups are those of the sweep's own validation examples.
  const { validationGroups: _, ...settings } = config;
  const trials = values.flatMap((value) => {
    const { specs } = planSweep({
      ...settings,
      data: dataset.ref,
      optimizer: { ...optimizer, [setting]: value },
      ranks,
      seeds: [seed],
    });
    return specs.map((spec) => ({ id: store.addSpec(spec), rank: spec.lora.rank, value }));
  });
  const missing = trials.map(({ id }) => id).filter((id) => !store.isDone(id));
  const place = jobPlace(store.out, { modelPath, datasetFile: dataset.file }, run);
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
  return trials.map(({ id, rank, value }) => ({
    rank,
    value,
    logLosses: store.readResult(id).evaluation?.logLosses,
  }));
}

/** Writes a part of the data beside the search's trials, unless it is there. */
function keepData(
  store: SweepStore,
  data: TokenizedDataset,
  { reporter }: RunOptions,
): { ref: SweepConfig["data"]; file: string } {
  const bytes = encodeDataset(data);
  const sha256 = sha256Of(bytes);
  const file = keepExamples(join(store.out, `data-${sha256}.json`), bytes, reporter);
  const { name, train, validation } = data;
  return { ref: { name, sha256, trainExamples: train.length, validationExamples: validation.length }, file };
}
