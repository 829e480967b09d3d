import { assertOptions, InputError, type OptionNames } from "@lorank/core";
import { defaultMetric, type MetricName } from "../../schema/metric.ts";
import { normalQuantile } from "../../statistics/normal.ts";
import { claimTails } from "../claim-tails.ts";
import { compareRanks } from "../compare.ts";
import { ascending, type OutcomeTable } from "../outcomes.ts";
import { comparedDesign } from "../paired-design.ts";
import { ranksInPlay } from "../verdict.ts";
import { aimedPower, powerAgainstEach } from "./aimed-power.ts";
import { type Certificate, certificateOf, certificateOfEqual } from "./certificate.ts";
import { examplesNeeded, needsOf, seedsNeeded, twoDigitsUp } from "./needed.ts";
import { assumedNoise, observedNoise, type PairNoise } from "./pair-noise.ts";
import { type DesignQuestion, neededDesign, smallestDifference } from "./plan.ts";

export interface PreviewOptions {
  /** Noise between ranks: disagreement (share of examples, split as assumed), outcomes to measure, or components. */
  readonly noise: number | OutcomeTable | PairNoise;
  /** Metric for the outcomes. Default `accuracy`. */
  readonly metric?: MetricName;
  /** Count of example groups, for assumed noise. Default: as many as examples. */
  readonly groups?: number;
  readonly ranks: number;
  readonly seeds: number;
  readonly examples: number;
  /** Non-inferiority margin as the metric is computed: a share for accuracy (0.01 is one point), nats for log loss. */
  readonly margin: number;
  /** Confidence level, 0.95 by default. */
  readonly confidence?: number;
  /** Probability to find a true difference, or to certify equal ranks. Default 0.8. */
  readonly power?: number;
}

/** Sensitivity at a seed count on the present examples, in the metric's unit. */
export interface PreviewRow {
  readonly seeds: number;
  /** True if a verdict can make claims. False for a single seed: figures then contain the examples' noise alone. */
  readonly claims: boolean;
  /** Smallest supported difference between two particular ranks, with either sign, among all pairs. */
  readonly difference: number;
  /** Smallest margin within which the smallest rank is certified against every other, if all are equal. */
  readonly certifiableMargin: number;
}

/** Designs that certify the margin if ranks are equal; undefined if none does, and after one seed. */
export interface PreviewNeeds {
  readonly seeds: number | undefined;
  /** Seed count sufficient if the noise between seeds is as small as plausible. */
  readonly leastSeeds?: number;
  /** Example count sufficient under the present seeds; only if the noise is assumed. */
  readonly examples: number | undefined;
  /** Design with the fewest outcomes, on at least the present examples. */
  readonly design: { readonly examples: number; readonly seeds: number } | undefined;
  /** Example count sufficient under a single seed without seed noise: a lower bound, and no verdict. */
  readonly oneSeedExamples: number | undefined;
}

/** Preview of a design. Rows and needs are computed when they are read. */
export interface DesignPreview {
  readonly noise: PairNoise;
  /** Rows by seed count: 1, 3, 5, 10 and the requested count. */
  readonly rows: readonly PreviewRow[];
  readonly needs: PreviewNeeds;
}

const previewNames: OptionNames<PreviewOptions> = {
  noise: true,
  metric: false,
  groups: false,
  ranks: true,
  seeds: true,
  examples: true,
  margin: true,
  confidence: false,
  power: false,
};

const previewSeeds = [1, 3, 5, 10];

/**
 * Computes a sweep's sensitivity before it is run. Outcomes with as many ranks show the ranks in play and each pair's
 * noise. Error is shared among pairs and rivals as in the verdict. Examples are rounded up to two digits.
 *
 * @throws InputError `E_DESIGN` with every number that makes no design, `E_PLAN` for outcomes that cannot be compared.
 */
export function previewDesign(options: PreviewOptions): DesignPreview {
  assertOptions(options, "the options of previewDesign", previewNames);
  const { ranks, seeds, examples, margin, confidence = 0.95, power = 0.8 } = options;
  assertDesign({ ...options, confidence, power });
  const noise = noiseOf(options);
  const { components, differing, unit, groupSize = 1 } = noise;
  const variance = components.seed + components.example + components.residual;
  const { pairTail, smallestTail } = claimTails(confidence, { ranks });
  const rivals = ranks - 1;
  const aim = unit > 0 ? aimedPower(power) : power;
  const question = (design: number, tail: number): DesignQuestion => ({
    ...{ components, differing, unit, groupSize, examples, ranks, tail },
    seeds: design,
  });
  const alone = { variance, tail: smallestTail, power: powerAgainstEach(power, rivals, 1) };
  const equal = { ...question(seeds, smallestTail), margin, power: aim, rivals };
  const certificate = observedCertificate({ ...options, confidence, power });
  const certifiable = (count: number): number =>
    certificate === undefined
      ? smallestDifference({ ...equal, seeds: count }, powerAgainstEach(aim, rivals, count))
      : certificate.marginAt({ seeds: count, examples });
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
  const needs = (): Omit<PreviewNeeds, "oneSeedExamples"> => {
    if (noise.seeds === 1) return { seeds: undefined, examples: undefined, design: undefined };
    if (certificate !== undefined) return { ...needsOf(certificate, examples, margin), examples: undefined };
    const more = seeds > 1 ? examplesNeeded(equal) : undefined;
    const design = neededDesign({ ...equal, seeds: 1 });
    return {
      seeds: seedsNeeded(equal),
      examples: more && twoDigitsUp(more),
      design: design && { ...design, examples: Math.max(examples, twoDigitsUp(design.examples)) },
    };
  };
  return {
    noise,
    get rows() {
      return ascending([...previewSeeds, seeds]).map(row);
    },
    get needs() {
      return { ...needs(), oneSeedExamples: margin > 0 ? examplesForMargin(alone, margin) : undefined };
    },
  };
}

/** Forecast of certifying, from observed outcomes of two seeds or more. Unobserved ranks count as equally noisy. */
function observedCertificate(
  options: PreviewOptions & { confidence: number; power: number },
): Certificate | undefined {
  const { noise, metric = defaultMetric, ranks, confidence, power } = options;
  if (typeof noise === "number" || !("cells" in noise)) return undefined;
  const design = comparedDesign(noise);
  const comparison = compareRanks(design, metric, confidence);
  const isSame = design.ranks.length === ranks;
  return (
    (isSame ? certificateOf(comparison, ranksInPlay(design.ranks, comparison), power) : undefined) ??
    certificateOfEqual(comparison, claimTails(confidence, { ranks }), ranks, power)
  );
}

function noiseOf({ noise, metric = defaultMetric, examples, groups = examples }: PreviewOptions): PairNoise {
  if (typeof noise === "number") return assumedNoise(noise, examples / groups);
  return "cells" in noise ? observedNoise(noise, metric) : noise;
}

function assertDesign(design: Required<Omit<PreviewOptions, "noise" | "metric" | "groups">>): void {
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

interface ExamplesQuestion {
  /** Variance of an example's difference; if binary, the disagreement share. */
  readonly variance: number;
  readonly tail: number;
  readonly power: number;
}

/** Smallest difference shown under a single seed, without seed noise: (z_tail + z_power) · √(variance / examples). */
export function differenceOfExamples(question: ExamplesQuestion, examples: number): number {
  return zSum(question) * Math.sqrt(question.variance / examples);
}

/** Examples that certify `margin` under a single seed: (z_tail + z_power)² · variance / margin², rounded up. */
export function examplesForMargin(question: ExamplesQuestion, margin: number): number {
  return Math.ceil((zSum(question) ** 2 * question.variance) / margin ** 2);
}

function zSum({ tail, power }: ExamplesQuestion): number {
  return normalQuantile(1 - tail) + normalQuantile(power);
}
