import type { ClaimOf } from "../claims/claim.ts";
import { isFailure } from "../claims/rate-claims.ts";
import type { MetricName } from "../metric.ts";
import type { RobustnessRun } from "../robustness-types.ts";
import type { Interval } from "../scalar-types.ts";
import { withError } from "./amounts.ts";

type ScalingClaim = ClaimOf<"scaling-changes" | "scaling-kept" | "scaling-unclear">;

/** The largest rank gains. */
export function changedScaling(claim: ScalingClaim): string {
  const { ranks, scaling, metric } = claim;
  const { largest: own, gain, gainInterval } = scaling;
  const gains =
    isFailure(own) || gain === undefined || gainInterval === undefined
      ? `learned; under the sweep's it ${failureInWords(own)}`
      : `gains ${amount(gain, gainInterval, metric)}`;
  const verdict = "So the verdict holds for the sweep's scaling, and may not for this one";
  return `${start(claim)} rank ${ranks[1]} ${gains}.${besideSmallest(claim)} ${verdict}.`;
}

/** Nothing where the smallest rank failed: then there is no amount. */
function besideSmallest({ ranks: [smallest], scaling, metric }: ScalingClaim): string {
  const { advantage, interval, better } = scaling;
  if (isFailure(scaling.smallest) || advantage === undefined || interval === undefined) return "";
  if (better === undefined) return ` It is not shown to be better than rank ${smallest} then.`;
  const side = better === "largest" ? "better" : "worse";
  return ` It is then ${amount(Math.abs(advantage), interval, metric)} ${side} than rank ${smallest}.`;
}

/** The largest rank loses, or no difference is known. */
export function keptScaling(claim: ScalingClaim): string {
  const { ranks, scaling, metric } = claim;
  const { rslora, change, gain = 0, gainInterval = [0, 0] } = scaling;
  const rank = `${start(claim)} rank ${ranks[1]}`;
  if (isFailure(rslora)) return `${rank} ${failureInWords(rslora)}, where it learned under the sweep's.`;
  if (change === "loses") return `${rank} loses ${amount(-gain, gainInterval, metric)}.`;
  return `${rank} is not shown to gain or to lose: it changes by ${amount(gain, gainInterval, metric)}.`;
}

/** There is nothing to compare, or the noise between seeds is unknown. */
export function unclearScaling(claim: ScalingClaim): string {
  const { ranks, scaling } = claim;
  const rank = `Rank ${ranks[1]} was also run under rsLoRA's scaling`;
  const failures = [scaling.rslora, scaling.largest].filter(({ status }) => status !== "learned");
  if (failures.length === 2)
    return `${rank}. Whether it gains cannot be told: it failed under both scalings.`;
  const [failure] = failures;
  if (failure === undefined)
    return `${rank}. Whether it gains cannot be told, because the noise between seeds is unknown.`;
  const where = failure === scaling.rslora ? "there" : "under the sweep's";
  return `${rank}. Whether it gains cannot be told: it ${failureInWords(failure)} ${where}.`;
}

/** "Under rsLoRA's scaling (the sweep's at rank 4, 2.83 times the sweep's at rank 32)". */
function start({ ranks: [smallest, largest], scaling: { ratio } }: ScalingClaim): string {
  const times = Number(ratio.toPrecision(3));
  return `Under rsLoRA's scaling (the sweep's at rank ${smallest}, ${times} times the sweep's at rank ${largest})`;
}

function failureInWords({ status }: RobustnessRun): string {
  if (status === "out-of-memory") return "ran out of memory";
  return status === "diverged" ? "diverged" : "learned nothing";
}

function amount(value: number, [low, high]: Interval, metric: MetricName): string {
  return withError(value, (high - low) / 2, metric);
}
