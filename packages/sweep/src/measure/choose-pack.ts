import { formatDecimalBytes, type PackChoice, type PackTime, type TrialSpec } from "@lorank/core";
import type { TrialJob } from "../trial-job.ts";

/** Packs must take at most this share of the time of separate trials: less of a gain is not worth another last digit. */
export const clearlyLess = 0.9;
/** A pack that is killed loses the work of all its trials. */
const largestPack = 8;
/** Steps that are timed, of each size. */
export const stepsTimed = 5;
/** Of each size: three passes over the steps that are timed and one over the longest texts. */
const stepsToMeasure = 3 * (stepsTimed + 1);
/** Measuring may take at most one part in so many of all training. */
const worthwhile = 10;

/** How trials are to run. */
export interface PackSituation {
  readonly device?: NonNullable<TrialJob["device"]>;
  readonly trialsAtOnce?: number;
}

/**
 * Why the trials of `specs`, of which `missing` have no result, cannot share a process here or cannot gain by it;
 * undefined where that has to be measured.
 */
export function whyNotPack(
  specs: readonly TrialSpec[],
  missing: number,
  { device = "cpu", trialsAtOnce = 1 }: PackSituation,
): string | undefined {
  const { lora, optimizer, data } = specs[0]!;
  if (device === "cpu") return "on the CPU, trials side by side take less time";
  if (lora.dora === true) return "DoRA's magnitudes cannot share a base";
  if (trialsAtOnce > 1)
    return `${trialsAtOnce} trials run side by side, which packs are not measured against`;
  if (missing < 2) return "one trial has nothing to share a base with";
  const cost = stepsToMeasure * (1 + packSizes(missing)[0]!);
  const steps = missing * Math.ceil((optimizer.epochs * data.trainExamples) / optimizer.batchSize);
  if (steps >= worthwhile * cost) return undefined;
  return `measuring would take ${cost} steps, and all trials together take ${steps}`;
}

/** Packs to measure, the smaller first: if it does not win, neither will the larger. */
export function packSizes(trials: number): number[] {
  const largest = Math.min(largestPack, trials);
  const half = Math.ceil(largest / 2);
  return half > 1 && half < largest ? [half, largest] : [largest];
}

/** The size that takes the least time for a trial's step: a pack only where it is clearly faster and fits; else 1. */
export function bestPack(times: readonly PackTime[], availableBytes: number): number {
  const winners = times.filter(
    (time) => time.trials > 1 && isClearlyFaster(time, times) && time.peakResidentBytes <= availableBytes,
  );
  winners.sort((a, b) => a.secondsPerTrialStep - b.secondsPerTrialStep || a.trials - b.trials);
  return winners[0]?.trials ?? 1;
}

/** `packs of 4: 0.62 of the time of separate trials, measured over 5 steps on webgpu`. */
export function packInWords({ trials, measured, device, steps, failure }: PackChoice): string {
  const over = `measured over ${steps} steps on ${device}`;
  const tried = measured.filter((time) => time.trials > 1);
  const chosen = tried.find((time) => time.trials === trials);
  const share = (time: PackTime): string => shareOf(time, measured).toFixed(2);
  const size = (time: PackTime): string => `packs of ${time.trials}`;
  if (chosen !== undefined) {
    const others = tried.filter((time) => time !== chosen).map((time) => ` (${size(time)}: ${share(time)})`);
    return `${size(chosen)}: ${share(chosen)} of the time of separate trials${others.join("")}, ${over}`;
  }
  const reasons = tried.map((time) =>
    isClearlyFaster(time, measured)
      ? `${size(time)} would need ${formatDecimalBytes(time.peakResidentBytes)}, more than is free`
      : `${size(time)} take ${share(time)} of the time of separate trials, and at most ${clearlyLess} is worth it`,
  );
  if (failure !== undefined) reasons.push(failure.split("\n").slice(0, 2).join(" "));
  return `no packs: ${reasons.join("; ")}${tried.length > 0 ? `; ${over}` : ""}`;
}

function isClearlyFaster(time: PackTime, times: readonly PackTime[]): boolean {
  return shareOf(time, times) <= clearlyLess;
}

/** Of the time that a trial's step takes in a process of its own. */
function shareOf({ secondsPerTrialStep }: PackTime, times: readonly PackTime[]): number {
  return secondsPerTrialStep / times.find(({ trials }) => trials === 1)!.secondsPerTrialStep;
}
