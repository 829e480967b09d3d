import type { PreparedSweep } from "../sweep/prepare.ts";

/** Bytes of the files that a sweep leaves. */
export interface DiskUse {
  /** One of every trial, and a copy of one a rank. */
  readonly adapters: number;
  /** Outcomes of every example and the loss curve of every trial, and all of them in results.json. */
  readonly results: number;
  /** The tokenised texts. */
  readonly data: number;
  /** Logs, specs and the report. */
  readonly others: number;
  readonly total: number;
}

// Of the demo's files (800 examples, 150 steps, 20 trials): `correct` 2.0 and `logLosses` 22.4 an example, `lossCurve` 75.9 a
// step, the rest of a result 1.4 kB; config and README of an adapter 1.1 kB; of the report 36 kB and 2.7 kB a trial.
const bytesOfExample = 24.4;
const bytesOfStep = 75.9;
const bytesOfResult = 1_400;
const bytesBesideAdapter = 1_100;
const bytesOfReport = { alone: 36_000, trial: 2_700 };
/** A spec and the log's other lines; and one line a step, which fast steps do not all get. */
const bytesOfLog = { alone: 1_300, step: 140 };

/** What the results folder will take, if no trial has to be started again. */
export function diskUse({
  plan,
  costs,
  dataset,
}: Pick<PreparedSweep, "plan" | "costs" | "dataset">): DiskUse {
  const { optimizer, data } = plan.config;
  const trials = plan.specs.length;
  const steps = Math.ceil((optimizer.epochs * data.trainExamples) / optimizer.batchSize);
  const result = bytesOfExample * data.validationExamples + bytesOfStep * steps + bytesOfResult;
  const copies = plan.summary.seeds.length + 1;
  const adapters = costs.reduce(
    (sum, { adapterBytes }) => sum + copies * (adapterBytes + bytesBesideAdapter),
    0,
  );
  const parts = {
    adapters: Math.round(adapters),
    results: Math.round(2 * trials * result),
    data: dataset.length,
    others: bytesOfReport.alone + trials * (bytesOfReport.trial + bytesOfLog.alone + steps * bytesOfLog.step),
  };
  return { ...parts, total: Object.values(parts).reduce((sum, bytes) => sum + bytes, 0) };
}
