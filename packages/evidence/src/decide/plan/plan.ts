import { InputError } from "@lorank/core";
import { normalCdf } from "../../statistics/normal.ts";
import { chiDensity, quantileOfUpperTail } from "../../statistics/student-t.ts";
import { squaredWidth } from "../interval/calibration.ts";
import type { VarianceComponents } from "../interval/components.ts";
import { moderatedDf, unseenRate, unseenSquare, varianceOfMean } from "../interval/half-width.ts";
import { powerAgainstEach } from "./aimed-power.ts";

export interface DesignQuestion {
  readonly components: VarianceComponents;
  readonly seeds: number;
  readonly examples: number;
  readonly groupSize?: number;
  /** Count of ranks whose runs show the noise between seeds. Default 2. */
  readonly ranks?: number;
  readonly tail: number;
  /** Largest difference on an example: 1 if binary, 0 without a limit. Default 0. */
  readonly unit?: number;
  /** Share of units with a difference, 0 to 1. Default 0: the widest interval. */
  readonly differing?: number;
}

/**
 * Probability that the interval lies above 0 at a true `difference`, or that an equal rank is certified within it.
 * Averaged over the spread between seeds: chi with `moderatedDf` degrees of freedom.
 */
export function powerAt(difference: number, question: DesignQuestion): number {
  return powerOf(question, seedSide(question))(difference);
}

/** Power by the true difference. What differences share is computed once: a search tries many. */
function powerOf(question: DesignQuestion, { nodes, df }: SeedSide): (difference: number) => number {
  const { components, seeds, examples, groupSize = 1, tail, unit = 0, differing = 0 } = question;
  const units = examples / groupSize;
  const exampleFactor = quantileOfUpperTail(tail, units - 1);
  const { seedPart, examplePart } = varianceOfMean(components, seeds, examples);
  const residualPart = components.residual / (seeds * examples);
  const unseen = unseenSquare(unit, unseenRate(units, tail), differing * units);
  const width = squaredWidth({ examplePart, residualPart, seedDf: df, exampleFactor, tail });
  const sd = Math.sqrt(seedPart + examplePart);
  const halfWidths = nodes.map(({ square }) => Math.sqrt(width((seedPart * square) / df) + unseen));
  return (difference) =>
    nodes.reduce((power, { weight }, i) => {
      const slack = difference - halfWidths[i]!;
      return power + weight * (sd > 0 ? normalCdf(slack / sd) : slack > 0 ? 1 : 0);
    }, 0);
}

interface SeedSide {
  readonly df: number;
  readonly nodes: readonly { readonly square: number; readonly weight: number }[];
}

/** Simpson's rule over the chi distribution, cut 5 from the mean (less than 1e-6 is beyond). */
function seedSide({ seeds, ranks = 2 }: Pick<DesignQuestion, "seeds" | "ranks">): SeedSide {
  const steps = 40;
  const df = moderatedDf(seeds, ranks);
  const low = Math.max(0, Math.sqrt(df) - 5);
  const step = (Math.sqrt(df) + 5 - low) / steps;
  const nodes = Array.from({ length: steps + 1 }, (_, i) => {
    const chi = low + i * step;
    const simpson = i === 0 || i === steps ? 1 : i % 2 === 1 ? 4 : 2;
    return { square: chi * chi, weight: (simpson * chiDensity(chi, df) * step) / 3 };
  });
  return { df, nodes };
}

export interface DetectableDifferenceOptions {
  readonly components: VarianceComponents;
  readonly seeds: number;
  readonly examples: number;
  readonly confidence?: number;
  readonly power?: number;
  readonly ranks?: number;
  /** Count of claims that share the error, such as all pairs of ranks. Default 1. */
  readonly comparisons?: number;
  /** Interval sides: 2 to find a difference with either sign, 1 to certify a margin. Default 2. */
  readonly sides?: 1 | 2;
  readonly unit?: number;
  readonly differing?: number;
}

/** Smallest true difference found with probability `power`; with `sides: 1` the smallest margin that certifies. */
export function detectableDifference(options: DetectableDifferenceOptions): number {
  const { confidence = 0.95, power = 0.8, comparisons = 1, sides = 2, ...design } = options;
  if (!Number.isInteger(design.seeds) || design.seeds < 2) {
    throw new InputError("E_DESIGN", `seeds must be a whole number of at least 2, got ${design.seeds}`);
  }
  if (!Number.isInteger(design.examples) || design.examples < 2) {
    throw new InputError("E_DESIGN", `examples must be a whole number of at least 2, got ${design.examples}`);
  }
  return smallestDifference({ ...design, tail: (1 - confidence) / (sides * comparisons) }, power);
}

/** Difference at which `powerAt` reaches `power`; two seeds and examples or more. */
export function smallestDifference(question: DesignQuestion, power: number): number {
  const powerAgainst = powerOf(question, seedSide(question));
  let high = 1e-9;
  while (powerAgainst(high) < power) high *= 2;
  let low = 0;
  for (let i = 0; i < 40; i++) {
    const middle = (low + high) / 2;
    if (powerAgainst(middle) < power) low = middle;
    else high = middle;
  }
  return high;
}

export interface NeededOptions extends DesignQuestion {
  readonly margin: number;
  readonly power: number;
  /** Count of ranks against which a rank must be certified. Default 1. */
  readonly rivals?: number;
}

/** Fewest seeds in a plan: two leave a single degree of freedom, and useless intervals. */
export const minSeeds = 3;
export const maxSeeds = 4096;
export const maxExamples = 1e8;

export function neededDesign(options: NeededOptions): { examples: number; seeds: number } | undefined {
  const { margin, power, rivals = 1 } = options;
  const goals = new Map<number, { readonly side: SeedSide; readonly goal: number }>();
  const least = { seeds: Math.max(minSeeds, options.seeds), examples: options.examples };
  return fewestOutcomes(least, ({ seeds, examples }) => {
    const known = goals.get(seeds) ?? {
      side: seedSide({ ...options, seeds }),
      goal: powerAgainstEach(power, rivals, seeds),
    };
    goals.set(seeds, known);
    return powerOf({ ...options, seeds, examples }, known.side)(margin) >= known.goal;
  });
}

/** Sufficient design with the fewest outcomes, at least `least`. */
export function fewestOutcomes(least: Design, isEnough: (design: Design) => boolean): Design | undefined {
  // Cost has a single minimum over seed counts: wide steps first, then close ones.
  const coarse = cheapest(least, isEnough, steps(least.seeds, maxSeeds, 1.3));
  if (!coarse) return undefined;
  const first = Math.max(least.seeds, Math.floor(coarse.seeds / 1.3));
  return cheapest(least, isEnough, steps(first, Math.ceil(coarse.seeds * 1.3), 1.03), coarse);
}

function steps(first: number, last: number, factor: number): number[] {
  const numbers: number[] = [];
  for (let n = first; n <= last; n = Math.max(n + 1, Math.round(n * factor))) numbers.push(n);
  return numbers;
}

interface Design {
  readonly examples: number;
  readonly seeds: number;
}

/** Cheapest sufficient design among these ascending seed counts, if cheaper than `best`. */
function cheapest(
  least: Design,
  isEnough: (design: Design) => boolean,
  seedCounts: readonly number[],
  best?: Design,
): Design | undefined {
  let found = best;
  for (const seeds of seedCounts) {
    const cost = found ? found.seeds * found.examples : Infinity;
    if (seeds * least.examples >= cost) break;
    const enough = (examples: number): boolean => isEnough({ seeds, examples });
    const limit = Math.min(maxExamples, Math.ceil(cost / seeds) - 1);
    // Limit tested first: it rules out most seed counts.
    if (enough(limit)) found = { examples: smallestEnough(least.examples, limit, enough), seeds };
  }
  return found;
}

/** Smallest sufficient count, at most 0.5 % too high; `limit` is known to suffice. */
export function smallestEnough(least: number, limit: number, enough: (count: number) => boolean): number {
  let low = least - 1;
  let high = least;
  while (high < limit && !enough(high)) {
    low = high;
    high = Math.min(limit, 2 * high);
  }
  while (high - low > Math.max(1, high / 200)) {
    const middle = Math.floor((low + high) / 2);
    if (enough(middle)) high = middle;
    else low = middle;
  }
  return high;
}
