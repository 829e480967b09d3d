import { formatDecimalBytes } from "@lorank/core";
import type { EngineSpec, PackChoice, PackTime } from "@lorank/core/results";
import { isProcessor } from "@lorank/train/defaults";
import type { RunOptions } from "../executor/run-options.ts";

/**
 * Trials that share a process must take at most this share of the time of separate ones: less of a gain is not worth
 * another last digit.
 */
export const clearlyLess = 0.9;
/** A process that is killed loses the work of all its trials. */
const mostTrials = 8;
/** Steps that are timed for each number of trials per process. */
export const stepsTimed = 5;
/** Steps to measure one size: three passes, each over the steps that are timed and one over the longest texts. */
const stepsToMeasure = 3 * (stepsTimed + 1);
/** Measuring may take at most one part in this many of all training. */
const worthwhile = 10;

/**
 * Why the trials of `specs`, of which `missing` have no result, cannot share a process here or cannot gain by it;
 * undefined where that has to be measured.
 */
export function whyOneTrialPerProcess(
  specs: readonly EngineSpec[],
  missing: number,
  { device, trialsAtOnce }: Pick<RunOptions, "device" | "trialsAtOnce">,
): string | undefined {
  const { lora, optimizer, data } = specs[0]!;
  if (isProcessor(device)) return "on the CPU, trials side by side take less time";
  if (lora.dora === true) return "DoRA's magnitudes cannot share a base";
  if (trialsAtOnce > 1)
    return `${trialsAtOnce} trials run side by side, which trials in one process are not measured against`;
  if (missing < 2) return "one trial has nothing to share a base with";
  const cost = stepsToMeasure * (1 + sizesToMeasure(missing)[0]!);
  const steps = missing * Math.ceil((optimizer.epochs * data.trainExamples) / optimizer.batchSize);
  if (steps >= worthwhile * cost) return undefined;
  return `measuring would take ${cost} steps, and all trials together take ${steps}`;
}

/** Trials per process to measure, the fewer first: if they do not win, neither will more. */
export function sizesToMeasure(trials: number): number[] {
  const largest = Math.min(mostTrials, trials);
  const half = Math.ceil(largest / 2);
  return half > 1 && half < largest ? [half, largest] : [largest];
}

/** The size that takes the least time for a trial's step: above 1 only where it is clearly faster and fits. */
export function bestSize(times: readonly PackTime[], availableBytes: number): number {
  const winners = times.filter(
    (time) => time.trials > 1 && isClearlyFaster(time, times) && time.peakResidentBytes <= availableBytes,
  );
  winners.sort((a, b) => a.secondsPerTrialStep - b.secondsPerTrialStep || a.trials - b.trials);
  return winners[0]?.trials ?? 1;
}

/** `4 trials in a process: 0.62 of the time of separate ones, measured over 5 steps on webgpu`. */
export function trialsPerProcessInWords({ trials, measured, device, steps, failure }: PackChoice): string {
  const over = `measured over ${steps} steps on ${device}`;
  const tried = measured.filter((time) => time.trials > 1);
  const chosen = tried.find((time) => time.trials === trials);
  const share = (time: PackTime): string => shareOf(time, measured).toFixed(2);
  if (chosen !== undefined) {
    const others = tried.filter((time) => time !== chosen).map((time) => ` (${time.trials}: ${share(time)})`);
    return `${inAProcess(chosen.trials)}: ${share(chosen)} of the time of separate ones${others.join("")}, ${over}`;
  }
  const reasons = tried.map((time) =>
    isClearlyFaster(time, measured)
      ? `${time.trials} would need ${formatDecimalBytes(time.peakResidentBytes)}, more than is free`
      : `${time.trials} take ${share(time)} of the time of separate ones, and at most ${clearlyLess} is worth it`,
  );
  if (failure !== undefined) reasons.push(failure.split("\n").slice(0, 2).join(" "));
  return `one trial in a process: ${reasons.join("; ")}${tried.length > 0 ? `; ${over}` : ""}`;
}

export function inAProcess(trials: number): string {
  return `${trials} trials in a process`;
}

function isClearlyFaster(time: PackTime, times: readonly PackTime[]): boolean {
  return shareOf(time, times) <= clearlyLess;
}

/** Time of a trial's step, as a share of what it takes in a process of its own. */
function shareOf({ secondsPerTrialStep }: PackTime, times: readonly PackTime[]): number {
  return secondsPerTrialStep / times.find(({ trials }) => trials === 1)!.secondsPerTrialStep;
}
