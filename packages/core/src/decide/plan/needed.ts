import { type Comparison, pairOf } from "../compare.ts";
import { aimedPower } from "./aimed-power.ts";
import { neededDesign } from "./plan.ts";

/** Probability with which a suggested design certifies the best rank. */
const power = aimedPower(0.8);

/**
 * About the smallest design that would certify `bestRank` against the other ranks still in play if they are truly
 * equal, from the variance components of this sweep. Undefined when there is no rival or no feasible design.
 *
 * With one seed the noise between seeds is unknown and taken as 0, so the answer is then a lower bound.
 */
export function neededFor(
  comparison: Comparison,
  bestRank: number,
  inPlay: readonly number[],
  margin: number,
): { examples: number; seeds: number } | undefined {
  const rivals = inPlay.filter((rank) => rank !== bestRank);
  let needed: { examples: number; seeds: number } | undefined;
  for (const rival of rivals) {
    const { pair } = pairOf(comparison.pairs, bestRank, rival);
    const { components, seeds, examples } = pair.fit;
    const design = neededDesign({
      components,
      seeds,
      examples,
      unit: pair.unit,
      differing: pair.fit.differing / examples,
      tail: comparison.certificateTail,
      margin,
      power,
      rivals: rivals.length,
    });
    if (!design) return undefined;
    needed = {
      examples: Math.max(design.examples, needed?.examples ?? 0),
      seeds: Math.max(design.seeds, needed?.seeds ?? 0),
    };
  }
  return needed && { examples: twoDigitsUp(needed.examples), seeds: needed.seeds };
}

/** 1,234 becomes 1,300: the estimate carries no more digits. */
export function twoDigitsUp(count: number): number {
  const unit = 10 ** Math.max(0, Math.floor(Math.log10(count)) - 1);
  return Math.ceil(count / unit) * unit;
}
