import { scaleLinear } from "d3-scale";

export interface RankScale {
  /** Horizontal position of a rank, in SVG units. */
  x(rank: number): number;
  /** Space between the two nearest ranks. */
  readonly gap: number;
  /** The ranks whose labels fit without touching. */
  readonly labelled: readonly number[];
}

/** Narrowest space, in SVG units, that the label of a tick needs. */
const LABEL_WIDTH = 26;

/**
 * Ranks on a log2 axis between `left` and `right`. Rank 0 (the head alone) has no logarithm: it stands one doubling
 * left of the smallest positive rank.
 */
export function rankScale(ranks: readonly number[], left: number, right: number): RankScale {
  const positive = ranks.filter((rank) => rank > 0);
  const smallest = positive.length > 0 ? Math.min(...positive) : 1;
  const exponent = (rank: number) => (rank > 0 ? Math.log2(rank) : Math.log2(smallest) - 1);
  const exponents = ranks.map(exponent).sort((a, b) => a - b);
  const lowest = exponents[0] ?? 0;
  const highest = exponents.at(-1) ?? 0;
  const scale = scaleLinear()
    // a single rank stands in the middle
    .domain(lowest === highest ? [lowest - 1, highest + 1] : [lowest, highest])
    .range([left, right]);
  const x = (rank: number) => scale(exponent(rank));
  const gaps = exponents.slice(1).map((value, index) => scale(value) - scale(exponents[index] ?? value));
  const labelled: number[] = [];
  // From the right: the largest ranks are the crowded ones where ranks are not doublings.
  for (const rank of [...ranks].sort((a, b) => b - a)) {
    const last = labelled.at(-1);
    if (last === undefined || x(last) - x(rank) >= LABEL_WIDTH) labelled.push(rank);
  }
  return { x, gap: gaps.length > 0 ? Math.min(...gaps) : right - left, labelled: labelled.reverse() };
}
