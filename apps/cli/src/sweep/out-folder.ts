import { existsSync } from "node:fs";
import { join } from "node:path";
import { freeBytes } from "@lorank/checkpoint/disk";
import { formatDecimalBytes } from "@lorank/core";
import { comparedIn, metricOf, scoreIn, scoresOf, type TrialResult } from "@lorank/evidence/results";
import type { Plan } from "@lorank/sweep";
import { SweepStore } from "@lorank/sweep/folder";
import { pointCount, stepsOf } from "@lorank/train/names";
import { trialId } from "@lorank/train/spec";
import type { EarlierTrial } from "../progress/tally.ts";
import type { PreparedTrials } from "./trials.ts";

interface SweepFolder {
  readonly plan: Plan;
  readonly out: string;
}

/** Planned trials with a result in the folder, except those to run again. */
export function earlierTrials({ plan, out }: SweepFolder, retryOutOfMemory = false): EarlierTrial[] {
  if (!existsSync(join(out, "sweep.json"))) return [];
  const store = new SweepStore(out, { readOnly: true });
  const { metric } = plan.summary;
  const { numberOf } = comparedIn(plan.summary);
  return plan.specs
    .filter((spec) => store.isDone(trialId(spec)))
    .flatMap((spec) => {
      const { status, evaluation, measured } = store.readResult(trialId(spec), { keep: false });
      if (retryOutOfMemory && status === "out-of-memory") return [];
      const trial = {
        rank: numberOf(spec),
        score: evaluation && scoreIn(scoresOf(evaluation, metric), metricOf(metric)),
        device: deviceNameOf(measured.provenance),
      };
      return [trial];
    });
}

/** Warning if the disk is too small for a new sweep; results survive a full disk. */
export function roomWarning(out: string, disk: DiskUse, free = freeBytes(out)): string | undefined {
  if (free === undefined || free >= disk.total) return undefined;
  return (
    `warning: the sweep takes about ${formatDecimalBytes(disk.total)}, and the disk of ${out} has ` +
    `${formatDecimalBytes(free)} free`
  );
}

/** Value of `--device` that gave a result: TensorFlow's runtime, or the device's first word. */
function deviceNameOf({ runtime, device = "" }: TrialResult["measured"]["provenance"]): string {
  const where = /^\w+/.exec(device)?.[0] ?? device;
  if (runtime !== "tensorflow") return where;
  return where === "gpu" ? "tensorflow" : "tensorflow-cpu";
}

/** Predicted bytes of a results folder, by kind of file. */
export interface DiskUse {
  /** Bytes of all trials' adapters, and of one published copy per rank. */
  readonly adapters: number;
  /** Bytes of outcomes and loss curves, per trial and again in results.json, test outcomes included. */
  readonly results: number;
  /** Predicted bytes of tokenised texts, test texts included. */
  readonly data: number;
  /** Predicted bytes of logs, specs and the report. */
  readonly others: number;
  readonly total: number;
}

// Bytes measured in the demo (800 examples, 150 steps, 20 trials). A result takes 2.0 per example for `correct`, 22.4
// for `logLosses`, 75.9 per step for `lossCurve`, and 1.4 kB more. Without tensors an adapter takes 2.4 kB in adapters/
// and 2.6 kB in its attempt. The report takes 2.7 kB per trial, plus 48 kB with 2 and 4 trials, up to 73 kB with more.
const bytesOfExample = 24.4;
const bytesOfStep = 75.9;
const bytesOfResult = 1_400;
const bytesBesideAdapter = 2_500;
const bytesOfReport = { alone: 48_000, trial: 2_700 };
/** Bytes of a spec with the log's other lines, and per logged step; fast steps may not be logged. */
const bytesOfLog = { alone: 1_300, step: 140 };

/** Predicts the bytes of a results folder, if no trial is restarted. */
export function diskUse({
  plan,
  sizes,
  dataset,
  testExamples,
}: Pick<PreparedTrials, "plan" | "sizes" | "dataset" | "testExamples">): DiskUse {
  const { optimizer, data, test, seeds } = plan.config;
  // A one-seed verdict scores no test examples.
  const scored = test === undefined || seeds.length === 1 ? 0 : seeds.length * test.examples;
  const trials = plan.specs.length;
  const steps = stepsOf(optimizer, data.trainExamples);
  const evaluated = (1 + pointCount(plan.config, steps)) * data.validationExamples;
  const result = bytesOfExample * evaluated + bytesOfStep * steps + bytesOfResult;
  const copies = plan.summary.seeds.length + 1;
  const adapters = sizes.reduce(
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
