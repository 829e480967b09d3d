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

// Of the demo's files (800 examples, 150 steps): `correct` 2.0 and `logLosses` 22.4 an example, `lossCurve` 75.9 a step,
// the rest of a result 1.4 kB; config and README of an adapter 1.1 kB; a trial's log and spec 8.9 kB; the report 89 kB.
const bytesOfExample = 24.4;
const bytesOfStep = 75.9;
const bytesOfResult = 1_400;
const bytesBesideAdapter = 1_100;
const bytesOfLog = 8_900;
const bytesOfReport = 90_000;

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
    others: trials * bytesOfLog + bytesOfReport,
  };
  return { ...parts, total: Object.values(parts).reduce((sum, bytes) => sum + bytes, 0) };
}
