import { powerAgainstEach } from "./aimed-power.ts";
import { maxExamples, maxSeeds, minSeeds, type NeededOptions, powerAt, smallestEnough } from "./plan.ts";

/** Below so many the noise of outcomes is no normal curve, and a plan promises nothing. */
const minExamples = 100;

/**
 * The fewest seeds, at least three and at least `least`, that certify a truly equal rank within the margin on the examples of
 * the design. Undefined when no number up to `most` does: what the examples leave open remains.
 */
export function seedsNeeded(options: NeededOptions, most = maxSeeds, least = minSeeds): number | undefined {
  return fewest(Math.max(minSeeds, least), most, options, (seeds) => ({ ...options, seeds }));
}

/**
 * The fewest examples, at least 100, that certify a truly equal rank within the margin under the seeds of the design, two
 * or more. Undefined when no number of examples does: what the seeds leave open remains.
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
