import { existsSync } from "node:fs";
import { join } from "node:path";
import { writeFileAtomic } from "@lorank/checkpoint";
import { datasetSha256, encodeDataset, type TokenizedDataset } from "@lorank/train";
import { type LocalExecutorOptions, runLocally } from "../local-executor.ts";
import { planSweep, type SweepConfig } from "../plan/plan.ts";
import { isStopping, type StopSignals } from "../start-program.ts";
import type { SweepStore } from "../store/store.ts";
import type { SearchEvent } from "./search-settings.ts";
import type { Tried } from "./tried.ts";

/** What all trainings of a search share. */
export interface SearchRun extends StopSignals {
  readonly store: SweepStore;
  readonly config: SweepConfig;
  readonly ranks: readonly number[];
  readonly seed: number;
  readonly resources: Omit<LocalExecutorOptions["resources"], "datasetFile">;
  readonly trialsAtOnce: number;
  readonly maxAttempts: number;
  readonly onEvent: (event: SearchEvent) => void;
}

/** Why a search has no outcome. */
export type SearchStop =
  | { readonly status: "interrupted" }
  | {
      readonly status: "failed";
      readonly failed: readonly { readonly trialId: string; readonly message: string }[];
    };

/** Values of one setting to try on `data`, beside what else is known of the optimiser. */
export interface ToTry {
  readonly setting: "learningRate" | "epochs";
  readonly values: readonly number[];
  readonly data: TokenizedDataset;
  readonly optimizer: SweepConfig["optimizer"];
}

/**
 * Trains every rank of a search at every value, as trials of the search's own store: what has a result there is not
 * trained again.
 */
export async function tryValues(
  run: SearchRun,
  { setting, values, data, optimizer }: ToTry,
): Promise<Tried[] | SearchStop> {
  const { store, config, ranks, seed, resources, onEvent } = run;
  const dataset = keepData(store, data);
  const trials = values.flatMap((value) => {
    const { specs } = planSweep({
      ...config,
      data: dataset.ref,
      optimizer: { ...optimizer, [setting]: value },
      ranks,
      seeds: [seed],
    });
    return specs.map((spec) => ({ id: store.addSpec(spec), rank: spec.lora.rank, value }));
  });
  const { failed } = await runLocally(store, {
    ids: trials.map(({ id }) => id).filter((id) => !store.isDone(id)),
    resources: { ...resources, datasetFile: dataset.file },
    trialsAtOnce: run.trialsAtOnce,
    maxAttempts: run.maxAttempts,
    signal: run.signal,
    killSignal: run.killSignal,
    onEvent: ({ kind, trialId }) => {
      const trial = trials.find(({ id }) => id === trialId)!;
      if (kind !== "finished") return;
      const { evaluation, measured } = store.readResult(trialId);
      const loss = evaluation === undefined ? {} : { logLoss: evaluation.logLoss };
      onEvent({ setting, value: trial.value, rank: trial.rank, ...loss, seconds: measured.seconds.total });
    },
  });
  if (failed.length > 0) return { status: "failed", failed };
  if (isStopping(run)) return { status: "interrupted" };
  return trials.map(({ id, rank, value }) => ({
    rank,
    value,
    logLosses: store.readResult(id).evaluation?.logLosses,
  }));
}

/** Writes a part of the data beside the search's trials, unless it is there. */
function keepData(store: SweepStore, data: TokenizedDataset): { ref: SweepConfig["data"]; file: string } {
  const bytes = encodeDataset(data);
  const sha256 = datasetSha256(bytes);
  const file = join(store.out, `data-${sha256}.json`);
  if (!existsSync(file)) writeFileAtomic(file, bytes);
  const { name, train, validation } = data;
  return { ref: { name, sha256, trainExamples: train.length, validationExamples: validation.length }, file };
}
