import type { NeededDesign } from "../../results/types.ts";
import { type PairComparison, type PairwiseComparison, pairOf } from "../compare.ts";
import type { VarianceComponents } from "../interval/components.ts";
import { aimedPower, powerAgainstEach } from "./aimed-power.ts";
import { splitOfOneSeed } from "./pair-noise.ts";
import {
  maxExamples,
  maxSeeds,
  minSeeds,
  type NeededOptions,
  neededDesign,
  powerAt,
  smallestEnough,
} from "./plan.ts";

/**
 * Estimates the smallest larger design that bounds the loss of the smallest rank in play by `within`, if these ranks
 * are truly equal. It uses the variance components of this sweep, that between seeds as the intervals have it. `onlySeeds`: seeds that would do on the present
 * examples; `onlyExamples`: examples under the present seeds. Undefined if there is no rival or no feasible design.
 *
 * If the present design should have been enough for equal ranks, they are taken to be as far apart as observed. The least
 * answer is one more seed.
 * With one seed the noise between seeds is unknown and assumed to be a common share.
 */
export function neededFor(
  comparison: PairwiseComparison,
  inPlay: readonly number[],
  within: number,
  power = 0.8,
): NeededDesign | undefined {
  const questions = rivalQuestions(comparison, inPlay, within, power);
  const design =
    largerDesign(questions) ??
    largerDesign(questions.map((question) => ({ ...question, margin: within - question.lost }))) ??
    largerDesign(questions, 1);
  return design && { rank: inPlay[0]!, ...design };
}

/** Certificate of the smallest rank in play against one of its rivals. */
export interface RivalQuestion extends NeededOptions {
  /** Observed shortfall against the rival, at least 0. */
  readonly lost: number;
}

/** Lists what has to be certified of the smallest rank in play, each with the noise that these runs have shown. */
export function rivalQuestions(
  { pairs, tails }: PairwiseComparison,
  inPlay: readonly number[],
  within: number,
  power: number,
): RivalQuestion[] {
  const [rank, ...rivals] = inPlay;
  const ranks = new Set(pairs.flatMap(({ first, second }) => [first, second])).size;
  const tail = pairs[0]?.first === rank ? tails.smallestTail : tails.otherTail;
  return rivals.map((rival) => {
    const { pair, mean } = pairOf(pairs, rank!, rival);
    const { seeds, examples, groupSize, differing } = pair.fit;
    const components = noiseOf(pair);
    const share = (differing * groupSize) / examples;
    const design = { components, seeds, examples, groupSize, ranks, unit: pair.unit, differing: share };
    return {
      ...design,
      tail,
      margin: within,
      power: pair.unit > 0 ? aimedPower(power) : power,
      rivals: rivals.length,
      lost: Math.max(0, 0 - mean),
    };
  });
}

/** Noise of a pair: between seeds what its interval counts, which all pairs moderate; with one seed an assumed share. */
function noiseOf({ fit }: PairComparison): VarianceComponents {
  const { components, seeds, examples, seedSquare } = fit;
  if (seeds === 1) return splitOfOneSeed(components);
  return { ...components, seed: Math.max(0, (seedSquare - components.residual) / examples) };
}

/**
 * The smallest design that is enough for every question, with at least so many `more` seeds than now. Undefined if there
 * is none, or it is the present one.
 */
function largerDesign(questions: readonly NeededOptions[], more = 0): NeededDesign | undefined {
  const [first] = questions;
  if (first === undefined) return undefined;
  const found = neededForEach(questions);
  if (found === undefined) return undefined;
  const { examples } = found;
  const seeds = Math.max(found.seeds, first.seeds + more);
  const isMore = examples > first.examples;
  if (!isMore && seeds === first.seeds) return undefined;
  const onlySeeds = mostOf(questions, (question) => seedsNeeded(question, maxSeeds, first.seeds + 1));
  const onlyExamples = first.seeds > 1 ? mostOf(questions, examplesNeeded) : undefined;
  return {
    examples: isMore ? twoDigitsUp(examples) : examples,
    seeds,
    ...(onlySeeds === undefined ? {} : { onlySeeds }),
    ...(onlyExamples === undefined || onlyExamples <= first.examples
      ? {}
      : { onlyExamples: twoDigitsUp(onlyExamples) }),
  };
}

/** The design with the fewest outcomes for each question, put together; undefined if there is none for one of them. */
export function neededForEach(
  questions: readonly NeededOptions[],
): Pick<NeededDesign, "examples" | "seeds"> | undefined {
  const designs = questions.map(neededDesign);
  const [examples, seeds] = [mostOf(designs, (one) => one?.examples), mostOf(designs, (one) => one?.seeds)];
  return examples === undefined || seeds === undefined ? undefined : { examples, seeds };
}

/** Largest count; undefined if one of them is. */
export function mostOf<T>(items: readonly T[], count: (item: T) => number | undefined): number | undefined {
  const most = Math.max(...items.map((item) => count(item) ?? Infinity));
  return most === Infinity ? undefined : most;
}

/** Rounds 1,234 up to 1,300: the estimate has no more significant digits. */
export function twoDigitsUp(count: number): number {
  const unit = 10 ** Math.max(0, Math.floor(Math.log10(count)) - 1);
  return Math.ceil(count / unit) * unit;
}

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
