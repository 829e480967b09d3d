import type { Metric } from "../../schema/metric.ts";
import type { ExampleOutcomes } from "../../schema/scores.ts";
import { rarestClass } from "../../schema/set-values.ts";

export interface ExampleSample {
  readonly examples: number;
  readonly units: number;
  /** Degrees of freedom between units; not always whole. */
  readonly df: number;
  /** Example groups; absent if examples are independent. */
  readonly groups?: ExampleGroups;
  /** True if few examples have most of the weight, as those of a rare class do. Differing ones count by weight. */
  readonly isWeighted?: boolean;
}

/** Dependent examples in groups, such as questions on the same document. */
interface ExampleGroups {
  readonly numbers: ArrayLike<number>;
  readonly shares: Float64Array;
  readonly scale: number;
}

/** Sample behind a run's mean. In a metric of all examples together the rarest class limits the degrees of freedom. */
export function sampleOf(outcomes: ExampleOutcomes, { set }: Pick<Metric, "set"> = {}): ExampleSample {
  const { correct, groups } = outcomes;
  const sample = groups === undefined ? independentSample(correct.length) : groupedSample(groups);
  const rarest = set && rarestClass(outcomes)?.rarest;
  return rarest === undefined
    ? sample
    : { ...sample, df: Math.max(1, Math.min(sample.df, rarest - 1)), isWeighted: true };
}

export function independentSample(examples: number): ExampleSample {
  return { examples, units: examples, df: examples - 1 };
}

/**
 * Describes a grouped sample; `numbers` are group numbers by example, from 0 without gaps.
 *
 * The mean's variance V is cluster-robust: unbiased if examples move by group, with equal variance in all groups.
 * Degrees of freedom: Satterthwaite's, for normal shifts.
 *
 *     V = c Σ w_g² (m_g − m)², c = 1 / (1 + W − 2 Σ w_g³ / W), W = Σ w_g².
 *
 *     df = tr(A)² / tr(A²), A = M' diag(w_g²) M, M = I − 1 w'.
 *
 * w_g: example share; m_g: group mean; m: overall mean. Equal groups: c = G / (G − 1), df = G − 1. A single group: df
 * = 0.
 *
 * Source: Bell and McCaffrey, "Bias reduction in standard errors for linear regression with multi-stage samples"
 * (2002).
 */
function groupedSample(numbers: ArrayLike<number>): ExampleSample {
  const examples = numbers.length;
  let units = 0;
  for (let e = 0; e < examples; e++) units = Math.max(units, numbers[e]! + 1);
  const shares = new Float64Array(units);
  for (let e = 0; e < examples; e++) shares[numbers[e]!]! += 1 / examples;
  const [square, cube, fourth] = [2, 3, 4].map((power) => shares.reduce((sum, w) => sum + w ** power, 0));
  // tr(A) and tr(A²), written as power sums over the shares.
  const trace = square! * (1 + square!) - 2 * cube!;
  const ofPairs = square! ** 4 + 2 * square! * fourth! - 4 * square! ** 2 * cube! + 2 * cube! ** 2;
  const ofOne = (1 + 2 * square!) * fourth! - 4 * shares.reduce((sum, w) => sum + w ** 5, 0);
  const df = units < 2 ? 0 : trace ** 2 / (ofPairs + ofOne);
  const scale = Math.sqrt(((units - 1) * units * square!) / trace);
  return { examples, units, df, groups: { numbers, shares, scale } };
}

/** Group means, `[seeds, groups]`, rescaled: their variance over G is the overall mean's cluster-robust variance. */
export function groupScores(
  means: readonly Float64Array[],
  { shares, scale }: Pick<ExampleGroups, "shares" | "scale">,
): Float64Array[] {
  return means.map((row) => {
    const mean = row.reduce((sum, value, g) => sum + shares[g]! * value, 0);
    return row.map((value, g) => mean + scale * shares[g]! * (value - mean));
  });
}

export function groupMeans(
  matrix: readonly ArrayLike<number>[],
  { numbers, shares }: ExampleGroups,
): Float64Array[] {
  return matrix.map((row) => {
    const sums = new Float64Array(shares.length);
    for (let e = 0; e < row.length; e++) sums[numbers[e]!]! += row[e]! / row.length;
    return sums.map((sum, g) => sum / shares[g]!);
  });
}

export interface UnseenGroup {
  /** Largest weighted group difference: max G w_g |d_g|. */
  readonly largest: number;
  /** Typical difference for rank pairs: (1 − k / G) · √(mean (G w_g d_g)² over d_g ≠ 0). */
  readonly typical: number;
}

/**
 * Possible differences on an unseen kind of group. `differences`: group differences in single runs, `[runs, groups]`.
 *
 * A group moves the overall mean by share w_g times difference d_g. k = `differing` groups among G differ in their
 * means over runs. If all do, the variance between groups shows everything. Chosen by simulation:
 * packages/evidence/bench/groups.md.
 *
 * Undefined if no group differs, or each example is a group.
 */
export function unseenGroup(
  differences: readonly Float64Array[],
  { numbers, shares }: Pick<ExampleGroups, "numbers" | "shares">,
  differing: number,
): UnseenGroup | undefined {
  const units = shares.length;
  let [largest, squares, count] = [0, 0, 0];
  for (const row of differences) {
    for (let g = 0; g < units; g++) {
      if (Math.abs(row[g]!) <= 1e-9) continue;
      const weighted = units * shares[g]! * Math.abs(row[g]!);
      largest = Math.max(largest, weighted);
      squares += weighted ** 2;
      count++;
    }
  }
  if (count === 0 || units === numbers.length) return undefined;
  return { largest, typical: (1 - differing / units) * Math.sqrt(squares / count) };
}
