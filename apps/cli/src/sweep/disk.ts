import type { PreparedTrials } from "./trials.ts";

/** Bytes of the files that a sweep leaves. */
export interface DiskUse {
  /** One of every trial, and a copy of one a rank. */
  readonly adapters: number;
  /**
   * Outcomes of every example and the loss curve of every trial, and all of them in results.json; so of one rank's runs on
   * the test examples.
   */
  readonly results: number;
  /** The tokenised texts, test texts too. */
  readonly data: number;
  /** Logs, specs and the report. */
  readonly others: number;
  readonly total: number;
}

// Bytes in the demo's files (800 examples, 150 steps, 20 trials). In a result `correct` takes 2.0 and `logLosses` 22.4
// an example, `lossCurve` 75.9 a step, the rest 1.4 kB. Config and README of an adapter take 1.1 kB. The report takes
// 36 kB and 2.7 kB a trial.
const bytesOfExample = 24.4;
const bytesOfStep = 75.9;
const bytesOfResult = 1_400;
const bytesBesideAdapter = 1_100;
const bytesOfReport = { alone: 36_000, trial: 2_700 };
/** A spec and the log's other lines; and one line a step, which fast steps do not all get. */
const bytesOfLog = { alone: 1_300, step: 140 };

/** Bytes of the results folder, if no trial has to be started again. */
export function diskUse({
  plan,
  costs,
  dataset,
  testExamples,
}: Pick<PreparedTrials, "plan" | "costs" | "dataset" | "testExamples">): DiskUse {
  const { optimizer, data, test, seeds } = plan.config;
  // The verdict on one seed names no rank, so nothing is scored.
  const scored = test === undefined || seeds.length === 1 ? 0 : seeds.length * test.examples;
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
    results: Math.round(2 * (trials * result + bytesOfExample * scored)),
    data: dataset.length + (testExamples?.length ?? 0),
    others: bytesOfReport.alone + trials * (bytesOfReport.trial + bytesOfLog.alone + steps * bytesOfLog.step),
  };
  return { ...parts, total: Object.values(parts).reduce((sum, bytes) => sum + bytes, 0) };
}
