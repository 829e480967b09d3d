import { InputError } from "../../errors.ts";
import { normalQuantile } from "../../statistics/normal.ts";
import { claimTails } from "../claim-tails.ts";
import { aimedPower, powerAgainstEach } from "./aimed-power.ts";
import { twoDigitsUp } from "./needed.ts";
import { examplesNeeded, seedsNeeded } from "./needed-along.ts";
import type { PairNoise } from "./pair-noise.ts";
import { type DesignQuestion, neededDesign, smallestDifference } from "./plan.ts";

export interface PreviewOptions {
  /** Noise of the difference between two ranks: assumed, or observed in a first seed or an earlier sweep. */
  readonly noise: PairNoise;
  /** How many ranks are compared. */
  readonly ranks: number;
  readonly seeds: number;
  readonly examples: number;
  /** In the metric's unit. */
  readonly margin: number;
  /** Default 0.95. */
  readonly confidence?: number;
  /** Probability to find or certify what is there. Default 0.8. */
  readonly power?: number;
}

/** What a number of seeds can show on the examples that there are, in the metric's unit. */
export interface PreviewRow {
  readonly seeds: number;
  /** False for one seed: what is stated then is the examples' noise alone, and a verdict claims nothing. */
  readonly claims: boolean;
  /** Smallest difference between two given ranks that is supported, either way, among all pairs. */
  readonly difference: number;
  /** Smallest margin within which the smallest rank is certified against every other, if all are equal. */
  readonly certifiableMargin: number;
}

/** What certifies the asked margin, if the ranks are equal; undefined where nothing does. */
export interface PreviewNeeds {
  /** With the examples that there are. */
  readonly seeds: number | undefined;
  /** With the seeds that there are. */
  readonly examples: number | undefined;
  /** Fewest evaluated outcomes, of at least the examples that there are. */
  readonly design: { readonly examples: number; readonly seeds: number } | undefined;
  /** Under one seed whose luck is left out, by the textbook's formula: a lower bound, and no verdict. */
  readonly oneSeedExamples: number | undefined;
}

export interface DesignPreview {
  /** By seeds: 1, 3, 5, 10 and the asked number. */
  readonly rows: readonly PreviewRow[];
  readonly needs: PreviewNeeds;
}

const usualSeeds = [1, 3, 5, 10];

/**
 * What a sweep can show before it is run. Error is shared among pairs and rivals as in the verdict, power among rivals as
 * in a decision's `needed`. Examples are rounded up to two digits, which is all that they are worth.
 *
 * @throws InputError `E_DESIGN` with every number that makes no design.
 */
export function previewDesign(options: PreviewOptions): DesignPreview {
  const { noise, ranks, seeds, examples, margin, confidence = 0.95, power = 0.8 } = options;
  assertDesign({ ...options, confidence, power });
  const { components, differing, unit } = noise;
  const variance = components.seed + components.example + components.residual;
  const { pairTail, smallestTail } = claimTails(confidence, { ranks });
  const rivals = ranks - 1;
  const aim = unit > 0 ? aimedPower(power) : power;
  const question = (design: number, tail: number): DesignQuestion => ({
    ...{ components, differing, unit, examples, ranks, tail },
    seeds: design,
  });
  const alone = { variance, tail: smallestTail, power: powerAgainstEach(power, rivals, 1) };
  const certifiable = (count: number): number =>
    smallestDifference(question(count, smallestTail), powerAgainstEach(aim, rivals, count));
  const row = (count: number): PreviewRow =>
    count === 1
      ? {
          seeds: 1,
          claims: false,
          difference: differenceOfExamples({ variance, tail: pairTail, power }, examples),
          certifiableMargin: differenceOfExamples(alone, examples),
        }
      : {
          seeds: count,
          claims: true,
          difference: smallestDifference(question(count, pairTail), aim),
          certifiableMargin: certifiable(count),
        };
  const asked = { ...question(seeds, smallestTail), margin, power: aim, rivals };
  const design = neededDesign({ ...asked, seeds: 1 });
  const more = seeds > 1 ? examplesNeeded(asked) : undefined;
  return {
    rows: [...new Set([...usualSeeds, seeds])].sort((a, b) => a - b).map(row),
    needs: {
      seeds: seedsNeeded(asked),
      examples: more && twoDigitsUp(more),
      design: design && { ...design, examples: Math.max(examples, twoDigitsUp(design.examples)) },
      oneSeedExamples: margin > 0 ? examplesForMargin(alone, margin) : undefined,
    },
  };
}

function assertDesign(design: Required<Omit<PreviewOptions, "noise">>): void {
  const problems: string[] = [];
  const { margin, confidence, power } = design;
  for (const [field, least] of [
    ["ranks", 2],
    ["seeds", 1],
    ["examples", 2],
  ] as const) {
    const count = design[field];
    if (!Number.isInteger(count) || count < least)
      problems.push(`${field} must be a whole number of at least ${least}, got ${count}`);
  }
  if (!(margin >= 0)) problems.push(`margin must be at least 0, got ${margin}`);
  if (!(confidence >= 0.5 && confidence < 1))
    problems.push(`confidence must be at least 0.5 and below 1, got ${confidence}`);
  if (!(power >= 0.5 && power < 1)) problems.push(`power must be at least 0.5 and below 1, got ${power}`);
  if (problems.length > 0) throw new InputError("E_DESIGN", problems.join("\n"));
}

/** One paired comparison under one seed, whose luck is left out: the textbook's formula. */
interface ExamplesQuestion {
  /** Variance of one example's difference; of right and wrong, the share of examples on which two ranks disagree. */
  readonly variance: number;
  /** Probability that the interval leaves out on the side that matters. */
  readonly tail: number;
  readonly power: number;
}

/**
 * The smallest true difference that so many examples show under one seed: (z_tail + z_power) · √(variance / examples).
 * What other seeds would have given is not in it, so a verdict claims nothing from it.
 */
export function differenceOfExamples(question: ExamplesQuestion, examples: number): number {
  return zSum(question) * Math.sqrt(question.variance / examples);
}

/** The examples that certify `margin` under one seed: (z_tail + z_power)² · variance / margin², rounded up. */
export function examplesForMargin(question: ExamplesQuestion, margin: number): number {
  return Math.ceil((zSum(question) ** 2 * question.variance) / margin ** 2);
}

function zSum({ tail, power }: ExamplesQuestion): number {
  return normalQuantile(1 - tail) + normalQuantile(power);
}
