import type { Interval, SecondaryFinding, SecondaryOutcome, SecondaryScore } from "../../schema/types.ts";
import { lastDigit, mean } from "../../statistics/averages.ts";
import { halfWidthOfMean } from "../../statistics/student-t.ts";
import type { ClaimFamily, ClaimTails } from "../claim-tails.ts";
import { isBinary, type PairwiseComparison } from "../compare.ts";
import { fitCrossed } from "../interval/components.ts";
import { independentSample, sampleOf } from "../interval/example-sample.ts";
import { halfWidth, tailFactors } from "../interval/half-width.ts";
import type { SecondaryOfRun } from "../outcomes.ts";

/** Runs with secondary outcomes, `[ranks][runs]`. */
export interface SecondaryDesign {
  readonly ranks: readonly number[];
  readonly cells: readonly (readonly { readonly secondary?: readonly SecondaryOfRun[] }[])[];
}

export interface JointComparison {
  /** Comparison whose claims include the conditions. */
  readonly comparison: PairwiseComparison;
  /** Compares by the metric alone, without regard to conditions; absent without any. */
  readonly compareByTask?: () => PairwiseComparison;
  /** Findings on secondary outcomes. */
  readonly secondary: readonly SecondaryFinding[];
}

/** Compares runs and judges their secondary outcomes as one family; `confidence`: of a single rank's interval. */
export function compareJointly(
  design: SecondaryDesign,
  outcomes: readonly SecondaryOutcome[],
  confidence: number,
  compare: (family: Pick<ClaimFamily, "bestMayFail">) => PairwiseComparison,
): JointComparison {
  const hasConditions = outcomes.some(({ limit }) => limit !== undefined);
  const comparison = compare(hasConditions ? { bestMayFail: true } : {});
  return {
    comparison,
    ...(hasConditions ? { compareByTask: () => compare({}) } : {}),
    secondary: secondaryFindings(design, outcomes, { tails: comparison.tails, confidence }),
  };
}

interface ClaimedOn {
  /** Tails of the claims; the family has conditions if the outcomes do. */
  readonly tails: ClaimTails;
  /** Confidence of an interval around a single rank's mean. */
  readonly confidence: number;
}

/**
 * Findings on secondary outcomes: mean, interval, and the state of each condition.
 *
 * A rank meets its conditions if each is shown at the tail of the rank's loss bound. This needs no correction for the
 * number of conditions: a rank that violates one is named only if that test errs (Berger, 1982). To be left out for a
 * violated condition, it takes that tail divided by the number of conditions: see docs/decisions/0048.
 */
export function secondaryFindings(
  design: SecondaryDesign,
  outcomes: readonly SecondaryOutcome[],
  { tails, confidence }: ClaimedOn,
): SecondaryFinding[] {
  const conditions = outcomes.filter(({ limit }) => limit !== undefined).length;
  return outcomes.map((outcome): SecondaryFinding => {
    const runs = design.cells.map((cells) => cells.map((cell) => valuesOf(cell.secondary, outcome.name)));
    return {
      ...outcome,
      examples: runs[0]?.[0]?.values.length ?? 0,
      ranks: design.ranks.map((rank, index): SecondaryScore => {
        const mean = meanOf(runs[index]!);
        const met = index === 0 ? tails.smallestTail : tails.otherTail;
        return {
          rank,
          mean: mean.value,
          ...intervalOf(mean, (1 - confidence) / 2),
          ...standing(mean, outcome, { met, violated: met / conditions }),
        };
      }),
    };
  });
}

function valuesOf(secondary: readonly SecondaryOfRun[] = [], name: string): SecondaryOfRun {
  return secondary.find((one) => one.name === name)!;
}

interface NoisyMean {
  readonly value: number;
  readonly seeds: number;
  /** Half-width with this tail on each side; undefined if the noise is unknown. */
  readonly width?: (tail: number) => number;
}

function meanOf(runs: readonly SecondaryOfRun[]): NoisyMean {
  const seeds = runs.length;
  const matrix = runs.map(({ values }) => values);
  if (matrix[0]!.length === 1) return meanOfRuns(matrix.map((values) => values[0]!));
  const { groups } = runs[0]!;
  const sample =
    groups === undefined ? independentSample(matrix[0]!.length) : sampleOf({ correct: matrix[0]!, groups });
  const fit = fitCrossed(matrix, sample);
  return {
    value: fit.mean,
    seeds,
    width: (tail) => halfWidth(fit, tailFactors(sample, tail), isBinary(matrix) ? 1 : 0),
  };
}

/** Student's interval over runs with a value each; their noise is at least that of rounding. */
function meanOfRuns(values: readonly number[]): NoisyMean {
  const seeds = values.length;
  const value = mean(values);
  if (seeds < 2) return { value, seeds };
  const least = lastDigit(values) ** 2 / 12;
  return { value, seeds, width: (tail) => halfWidthOfMean(values, tail, least) };
}

function intervalOf({ value, width }: NoisyMean, tail: number): { readonly interval?: Interval } {
  if (width === undefined) return {};
  const half = width(tail);
  return { interval: [value - half, value + half] };
}

function standing(
  { value, seeds, width }: NoisyMean,
  { better, limit }: SecondaryOutcome,
  tails: { readonly met: number; readonly violated: number },
): Pick<SecondaryScore, "bound" | "condition"> {
  if (limit === undefined) return {};
  // A single seed shows no noise between seeds, so it claims nothing.
  if (seeds < 2 || width === undefined) return { condition: "open" };
  const sign = better === "lower" ? 1 : -1;
  const bound = value + sign * width(tails.met);
  if (sign * (bound - limit) <= 0) return { bound, condition: "met" };
  const isViolated = sign * (value - sign * width(tails.violated) - limit) > 0;
  return { bound, condition: isViolated ? "violated" : "open" };
}
