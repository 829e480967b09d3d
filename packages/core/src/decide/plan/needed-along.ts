import { powerAgainstEach } from "./aimed-power.ts";
import { maxExamples, maxSeeds, minSeeds, type NeededOptions, powerAt, smallestEnough } from "./plan.ts";

/** Fewest examples of a plan; with fewer the noise of outcomes is not normal. */
const minExamples = 100;

/**
 * Fewest seeds, at least three and at least `least`, that certify a truly equal rank within the margin on the design's
 * examples. Undefined if no number up to `most` does, because of the noise of the examples.
 */
export function seedsNeeded(options: NeededOptions, most = maxSeeds, least = minSeeds): number | undefined {
  return fewest(Math.max(minSeeds, least), most, options, (seeds) => ({ ...options, seeds }));
}

/**
 * Fewest examples, at least 100, that certify a truly equal rank within the margin under the design's seeds, two or
 * more. Undefined if no number does, because of the noise of the seeds.
 */
export function examplesNeeded(options: NeededOptions): number | undefined {
  return fewest(minExamples, maxExamples, options, (examples) => ({ ...options, examples }));
}

function fewest(
  least: number,
  most: number,
  { margin, power, rivals = 1 }: NeededOptions,
  design: (count: number) => NeededOptions,
): number | undefined {
  const enough = (count: number): boolean => {
    const question = design(count);
    return powerAt(margin, question) >= powerAgainstEach(power, rivals, question.seeds);
  };
  return least <= most && enough(most) ? smallestEnough(least, most, enough) : undefined;
}
