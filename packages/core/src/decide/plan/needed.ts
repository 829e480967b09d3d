import { type Comparison, pairOf } from "../compare.ts";
import { aimedPower } from "./aimed-power.ts";
import { seedsNeeded } from "./needed-along.ts";
import { neededDesign } from "./plan.ts";

/** Probability with which a suggested design bounds the loss. */
const power = aimedPower(0.8);

/** More seeds than this are no advice: nobody runs them. */
const mostSeeds = 30;

/**
 * About the smallest design that would bound what the smallest of the ranks still in play loses by `within`, if they are
 * truly equal, from the variance components of this sweep; and the seeds that would do on the examples that there are, where
 * at most 30 do. Undefined when there is no rival or no feasible design.
 *
 * With one seed the noise between seeds is unknown and taken as 0, so the answer is then a lower bound.
 */
export function neededFor(
  { pairs, tails }: Comparison,
  inPlay: readonly number[],
  within: number,
): { examples: number; seeds: number; onlySeeds?: number } | undefined {
  const [rank, ...rivals] = inPlay;
  const ranks = new Set(pairs.flatMap(({ first, second }) => [first, second])).size;
  const isSmallest = pairs[0]?.first === rank;
  let needed: { examples: number; seeds: number } | undefined;
  let onlySeeds: number | undefined = 0;
  for (const rival of rivals) {
    const { pair } = pairOf(pairs, rank!, rival);
    const { components, seeds, examples } = pair.fit;
    const question = {
      components,
      seeds,
      examples,
      ranks,
      unit: pair.unit,
      differing: pair.fit.differing / examples,
      tail: isSmallest ? tails.smallestTail : tails.otherTail,
      margin: within,
      power,
      rivals: rivals.length,
    };
    const design = neededDesign(question);
    if (!design) return undefined;
    needed = {
      examples: Math.max(design.examples, needed?.examples ?? 0),
      seeds: Math.max(design.seeds, needed?.seeds ?? 0),
    };
    const alone: number | undefined = onlySeeds === undefined ? undefined : seedsNeeded(question, mostSeeds);
    onlySeeds = alone === undefined ? undefined : Math.max(alone, onlySeeds!);
  }
  if (needed === undefined) return undefined;
  return {
    examples: twoDigitsUp(needed.examples),
    seeds: needed.seeds,
    ...(onlySeeds === undefined ? {} : { onlySeeds }),
  };
}

/** 1,234 becomes 1,300: the estimate carries no more digits. */
export function twoDigitsUp(count: number): number {
  const unit = 10 ** Math.max(0, Math.floor(Math.log10(count)) - 1);
  return Math.ceil(count / unit) * unit;
}
