import { capitalised } from "@lorank/core";
import { range, rankList, withError } from "../../claims/amounts.ts";
import type { ClaimIn, Words } from "../../claims/claim.ts";
import type {
  Robustness,
  RobustnessRate,
  RobustnessRun,
  RobustnessScaling,
} from "../../schema/check-types.ts";
import type { MetricName } from "../../schema/metric.ts";
import type { Interval } from "../../schema/scalar-types.ts";

export interface RobustnessBodies {
  verdict: {
    /** Ranks that are each better at some learning rate. */
    "rate-decides": { ranks: readonly [smallest: number, largest: number] };
    "rate-flips": RateBody;
  };
  evidence: {
    "rate-kept": { winner: number; loser: number; factors: readonly number[] };
    "rate-unclear": {
      ranks: readonly [smallest: number, largest: number];
      factors: readonly number[];
      /** Rate factors without a comparison, since runs failed. */
      failed: readonly number[];
    };
    "scaling-kept": ScalingBody;
    "scaling-unclear": ScalingBody;
  };
  caution: {
    "rate-breaks": RateBody;
    /** Rates at which both ranks learned; neither did at the sweep's. */
    "learned-at-other-rates": RobustnessBodies["caution"]["learned-at-no-rate"];
    "learned-at-no-rate": { ranks: readonly [smallest: number, largest: number]; factors: readonly number[] };
    "scaling-changes": ScalingBody;
  };
}

interface RateBody {
  metric: MetricName;
  robustness: Robustness;
  /** Results at the learning rates behind the claim. */
  rates: readonly RobustnessRate[];
}

interface ScalingBody {
  metric: MetricName;
  ranks: readonly [smallest: number, largest: number];
  scaling: RobustnessScaling;
}

type Said<Kind> = Extract<ClaimIn<RobustnessBodies>, { readonly kind: Kind }>;

export const robustnessWords: Words<ClaimIn<RobustnessBodies>> = {
  "rate-decides": () => "The learning rate decides here, not the rank.",
  "rate-flips": (claim) => `${capitalised(ratesInWords(claim))}.`,
  "rate-breaks": (claim) =>
    `The learning rate has a say in this: ${ratesInWords(claim)}. The two ranks need different rates.`,
  "rate-kept": ({ winner, loser, factors }) =>
    `The learning rate does not decide: rank ${winner} is better than rank ${loser} at ${rateNames(factors)}.`,
  "rate-unclear": ({ ranks, factors, failed }) =>
    `${capitalised(rankList(ranks))} were also run at ${rateNames(factors)}: no sign that the learning rate decides, and no proof ` +
    `that it does not${failed.length > 0 ? ` (at ${rateNames(failed)} runs failed and nothing can be compared)` : ""}.`,
  "learned-at-other-rates": ({ ranks, factors }) =>
    `At ${rateNames(factors)} ${rankList(ranks)} learned, at the sweep's rate they did not.`,
  "learned-at-no-rate": ({ ranks, factors }) =>
    `${capitalised(rankList(ranks))} learned nothing at ${rateNames(factors)}.`,
  "scaling-changes"(claim) {
    const { ranks, scaling, metric } = claim;
    const { largest: own, gain, gainInterval } = scaling;
    const gains =
      isFailure(own) || gain === undefined || gainInterval === undefined
        ? `learned; under the sweep's it ${failureInWords(own)}`
        : `gains ${amount(gain, gainInterval, metric)}`;
    const verdict = "So the verdict holds for the sweep's scaling, and may not for this one";
    return `${underRslora(claim)} rank ${ranks[1]} ${gains}.${besideSmallest(claim)} ${verdict}.`;
  },
  /** Words if rsLoRA's scaling makes the largest rank worse, or no difference is known. */
  "scaling-kept"(claim) {
    const { ranks, scaling, metric } = claim;
    const { rslora, change, gain = 0, gainInterval = [0, 0] } = scaling;
    const rank = `${underRslora(claim)} rank ${ranks[1]}`;
    if (isFailure(rslora)) return `${rank} ${failureInWords(rslora)}, where it learned under the sweep's.`;
    if (change === "loses") return `${rank} loses ${amount(-gain, gainInterval, metric)}.`;
    return `${rank} is not shown to gain or to lose: it changes by ${amount(gain, gainInterval, metric)}.`;
  },
  /** Words without a comparison: runs failed, or noise between seeds is unknown. */
  "scaling-unclear"({ ranks, scaling }) {
    const rank = `Rank ${ranks[1]} was also run under rsLoRA's scaling`;
    const failures = [scaling.rslora, scaling.largest].filter(({ status }) => status !== "learned");
    if (failures.length === 2)
      return `${rank}. Whether it gains cannot be told: it failed under both scalings.`;
    const [failure] = failures;
    if (failure === undefined)
      return `${rank}. Whether it gains cannot be told, because the noise between seeds is unknown.`;
    const where = failure === scaling.rslora ? "there" : "under the sweep's";
    return `${rank}. Whether it gains cannot be told: it ${failureInWords(failure)} ${where}.`;
  },
};

/** Sentence part on other rates: "at three times the rate rank 64 learned nothing, where rank 4 did". */
function ratesInWords({ robustness, rates, metric }: Said<"rate-flips" | "rate-breaks">): string {
  const words = (rate: RobustnessRate): string => {
    const at = `at ${rateName(rate.factor)}`;
    const [winner, loser] = sides(robustness, rate.better!);
    const lost = rate.better === "largest" ? rate.smallest : rate.largest;
    if (isFailure(lost)) {
      const failed = lost.status === "diverged" ? "diverged" : "learned nothing";
      return `${at} rank ${loser} ${failed}, where rank ${winner} learned`;
    }
    const by = amount(Math.abs(rate.advantage ?? 0), rate.interval ?? [0, 0], metric);
    return `${at} rank ${winner} is ${by} better than rank ${loser}`;
  };
  return rates.map(words).join("; ");
}

function rateNames(factors: readonly number[]): string {
  return range(factors.map(rateName));
}

/** Divided rates are inexact, so a third is only near 1 / 3. */
function rateName(factor: number): string {
  if (factor === 1) return "the sweep's rate";
  if (Math.abs(3 * factor - 1) < 1e-4) return "a third of the rate";
  if (Math.abs(factor - 3) < 1e-4) return "three times the rate";
  return `${Number(factor.toPrecision(3))} times the rate`;
}

type ScalingClaim = Said<"scaling-changes" | "scaling-kept" | "scaling-unclear">;

/** Sentence on the difference under rsLoRA; empty if the smallest rank failed, since no amount is known. */
function besideSmallest({ ranks: [smallest], scaling, metric }: ScalingClaim): string {
  const { advantage, interval, better } = scaling;
  if (isFailure(scaling.smallest) || advantage === undefined || interval === undefined) return "";
  if (better === undefined) return ` It is not shown to be better than rank ${smallest} then.`;
  const side = better === "largest" ? "better" : "worse";
  return ` It is then ${amount(Math.abs(advantage), interval, metric)} ${side} than rank ${smallest}.`;
}

/** Sentence opening: "Under rsLoRA's scaling (the sweep's at rank 4, 2.83 times the sweep's at rank 32)". */
function underRslora({ ranks: [smallest, largest], scaling: { ratio } }: ScalingClaim): string {
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

export function sides(
  { smallestRank, largestRank }: Robustness,
  better: "smallest" | "largest",
): [winner: number, loser: number] {
  return better === "largest" ? [largestRank, smallestRank] : [smallestRank, largestRank];
}

export function isFailure({ status }: RobustnessRun): boolean {
  return status === "collapsed" || status === "diverged";
}
