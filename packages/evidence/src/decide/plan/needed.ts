import type { NeededDesign } from "../../schema/types.ts";
import type { PairwiseComparison } from "../compare.ts";
import { powerAgainstEach } from "./aimed-power.ts";
import { type Certificate, certificateOf } from "./certificate.ts";
import type { Size } from "./forecast.ts";
import {
  fewestOutcomes,
  maxExamples,
  maxSeeds,
  minSeeds,
  type NeededOptions,
  powerAt,
  smallestEnough,
} from "./plan.ts";

/**
 * Smallest larger design that bounds the smallest rank's loss by `within`, if the ranks in play are equal. `onlySeeds`:
 * seeds on the present examples. Undefined with a single seed, without a rival, or if infeasible.
 *
 * Power is averaged over plausible noise between seeds; `leastSeeds` is for the tenth percentile. Examples alone are
 * never promised: seeds alike by luck would understate them (packages/evidence/bench/pilot-promises.md).
 */
export function neededFor(
  comparison: PairwiseComparison,
  inPlay: readonly number[],
  within: number,
  power = 0.8,
): NeededDesign | undefined {
  const certificate = certificateOf(comparison, inPlay, power);
  if (certificate === undefined || !(within > 0)) return undefined;
  const { seeds, examples } = certificate.pilot;
  const needs = needsOf(certificate, examples, within, seeds + 1);
  const { seeds: onlySeeds, leastSeeds, design } = needs;
  if (design === undefined) return undefined;
  const isMore = design.seeds * design.examples > seeds * examples;
  return {
    rank: inPlay[0]!,
    ...(isMore ? design : { examples, seeds: onlySeeds ?? seeds + 1 }),
    ...(onlySeeds === undefined ? {} : { onlySeeds }),
    ...(leastSeeds === undefined ? {} : { leastSeeds }),
  };
}

export interface CertificateNeeds {
  readonly seeds: number | undefined;
  readonly leastSeeds?: number;
  readonly design: Size | undefined;
}

/** Sufficient designs with at least `examples`; the count of seeds alone is at least `least`. */
export function needsOf(
  { pilot, isWithin, lowNoise }: Certificate,
  examples: number,
  margin: number,
  least = minSeeds,
): CertificateNeeds {
  const isEnough = (size: Size): boolean => isWithin(size, margin);
  const first = Math.max(minSeeds, least);
  const onlySeeds = fewest(first, maxSeeds, (count) => isEnough({ seeds: count, examples }));
  const low = lowNoise();
  const leastSeeds =
    onlySeeds && fewest(first, onlySeeds - 1, (count) => low({ seeds: count, examples }, margin));
  const found = fewestOutcomes({ seeds: Math.max(minSeeds, pilot.seeds), examples }, isEnough);
  return {
    seeds: onlySeeds,
    ...(leastSeeds === undefined ? {} : { leastSeeds }),
    design: found && {
      ...found,
      examples: found.examples > examples ? twoDigitsUp(found.examples) : examples,
    },
  };
}

function fewest(least: number, most: number, isEnough: (count: number) => boolean): number | undefined {
  return least <= most && isEnough(most) ? smallestEnough(least, most, isEnough) : undefined;
}

/** Rounds 1,234 up to 1,300: estimates have no more significant digits. */
export function twoDigitsUp(count: number): number {
  const unit = 10 ** Math.max(0, Math.floor(Math.log10(count)) - 1);
  return Math.ceil(count / unit) * unit;
}

/** Fewest examples in a plan: with fewer, noise is not normal. */
const minExamples = 100;

/** Fewest seeds, at least three and `least`, that certify an equal rank; undefined if `most` are too few. */
export function seedsNeeded(options: NeededOptions, most = maxSeeds, least = minSeeds): number | undefined {
  return fewest(
    Math.max(minSeeds, least),
    most,
    hasPower(options, (seeds) => ({ ...options, seeds })),
  );
}

/** Fewest examples, at least 100, that certify an equal rank; undefined if the seeds' noise prevents it. */
export function examplesNeeded(options: NeededOptions): number | undefined {
  return fewest(
    minExamples,
    maxExamples,
    hasPower(options, (examples) => ({ ...options, examples })),
  );
}

function hasPower(
  { margin, power, rivals = 1 }: NeededOptions,
  design: (count: number) => NeededOptions,
): (count: number) => boolean {
  return (count) => {
    const question = design(count);
    return powerAt(margin, question) >= powerAgainstEach(power, rivals, question.seeds);
  };
}
