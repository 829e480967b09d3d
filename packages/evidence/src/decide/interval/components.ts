import {
  type ExampleSample,
  groupMeans,
  groupScores,
  type UnseenGroup,
  unseenGroup,
} from "./example-sample.ts";

/** Metric values or paired differences, `[seeds, examples]`. */
export type ScoreMatrix = readonly ArrayLike<number>[];

/** Variance components, in the metric's unit squared. */
export interface VarianceComponents {
  /** Variance between seeds; null with a single seed. */
  readonly seed: number | null;
  /** Variance between examples; with a single seed it includes the residual. */
  readonly example: number;
  /** Interaction between example and seed: the remainder. */
  readonly residual: number;
}

export interface CrossedFit {
  readonly mean: number;
  readonly seeds: number;
  readonly examples: number;
  /** Mean count of examples per independent unit; 1 without groups. */
  readonly groupSize: number;
  readonly components: VarianceComponents;
  /** Mean square between seeds, n σ²_seed + σ²_res on average; 0 with a single seed. */
  readonly seedSquare: number;
  /** Degrees of freedom behind `seedSquare`: seeds - 1, more if moderated; not always whole. */
  readonly seedDf: number;
  /** Count of examples or groups whose mean over seeds is not the plain value: 0, or 1 if more common. */
  readonly differing: number;
  /** Possible differences on an unseen kind of group; absent without groups, or if none differs. */
  readonly unseenGroup?: UnseenGroup;
}

/**
 * Fits the crossed two-way random-effects model d[s][e] = mean + seed_s + example_e + residual_se. Method of moments:
 * mean squares, without replication, equal their expectations.
 *
 *     E MS_seed = n σ²_seed + σ²_res     E MS_example = S σ²_example + σ²_res     E MS_res = σ²_res.
 *
 * Negative estimates become 0. `matrix`: `[seeds, examples]`, at least one seed and two examples. Groups get the
 * components of independent examples whose mean varies as much.
 *
 * Source: Searle, Casella and McCulloch, "Variance Components" (1992), chapter 4.
 */
export function fitCrossed(
  matrix: ScoreMatrix,
  { groups, isWeighted = false }: Pick<ExampleSample, "groups" | "isWeighted"> = {},
): CrossedFit {
  if (groups === undefined) return fitIndependent(matrix, isWeighted);
  const means = groupMeans(matrix, groups);
  const fit = fitIndependent(groupScores(means, groups), isWeighted);
  const examples = matrix[0]!.length;
  const groupSize = examples / fit.examples;
  const { seed, example, residual } = fit.components;
  const overSeeds = groups.shares.map((_, g) => means.reduce((sum, row) => sum + row[g]! / fit.seeds, 0));
  const { plain, differing } = apartFromPlain(overSeeds, isWeighted ? fit.mean : undefined);
  const unseen = unseenGroup(
    means.map((row) => row.map((mean) => mean - plain)),
    groups,
    differing,
  );
  return {
    ...fit,
    ...{ examples, groupSize },
    components: { seed, example: example * groupSize, residual: residual * groupSize },
    seedSquare: fit.seedSquare * groupSize,
    differing,
    ...(unseen === undefined ? {} : { unseenGroup: unseen }),
  };
}

function fitIndependent(matrix: ScoreMatrix, isWeighted: boolean): CrossedFit {
  const seeds = matrix.length;
  const examples = matrix[0]!.length;
  const exampleMeans = new Float64Array(examples);
  const seedMeans = matrix.map((row) => {
    let sum = 0;
    for (let e = 0; e < examples; e++) {
      sum += row[e]!;
      exampleMeans[e]! += row[e]! / seeds;
    }
    return sum / examples;
  });
  const mean = seedMeans.reduce((sum, value) => sum + value, 0) / seeds;

  const exampleSquare = (seeds * sumOfSquares(exampleMeans, mean)) / (examples - 1);
  const { differing } = apartFromPlain(exampleMeans, isWeighted ? mean : undefined);
  if (seeds === 1) {
    const components = { seed: null, example: exampleSquare, residual: 0 };
    return { mean, seeds, examples, groupSize: 1, components, seedSquare: 0, seedDf: 0, differing };
  }
  const seedSquare = (examples * sumOfSquares(seedMeans, mean)) / (seeds - 1);
  let residualSum = 0;
  matrix.forEach((row, s) => {
    const shift = seedMeans[s]! - mean;
    for (let e = 0; e < examples; e++) {
      const rest = row[e]! - exampleMeans[e]! - shift;
      residualSum += rest * rest;
    }
  });
  const residual = residualSum / ((seeds - 1) * (examples - 1));
  return {
    mean,
    seeds,
    examples,
    groupSize: 1,
    components: {
      seed: Math.max(0, (seedSquare - residual) / examples),
      example: Math.max(0, (exampleSquare - residual) / seeds),
      residual,
    },
    seedSquare,
    seedDf: seeds - 1,
    differing,
  };
}

/**
 * Finds the plain mean (0, or 1 if more common), and counts the means apart from it. Around a `centre`, they count by
 * weight: (Σ d²)² / Σ d⁴, which is k for k equal differences.
 */
function apartFromPlain(
  means: Float64Array,
  centre?: number,
): { readonly plain: number; readonly differing: number } {
  if (centre !== undefined) {
    const [second, fourth] = [2, 4].map((power) => means.reduce((sum, x) => sum + (x - centre) ** power, 0));
    return { plain: centre, differing: fourth! > 0 ? second! ** 2 / fourth! : 0 };
  }
  const [from0, from1] = [countApart(means, 0), countApart(means, 1)];
  return from1 < from0 ? { plain: 1, differing: from1 } : { plain: 0, differing: from0 };
}

function countApart(values: Float64Array, from: number): number {
  let count = 0;
  for (let i = 0; i < values.length; i++) if (Math.abs(values[i]! - from) > 1e-9) count++;
  return count;
}

function sumOfSquares(values: ArrayLike<number>, centre: number): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) {
    const rest = values[i]! - centre;
    sum += rest * rest;
  }
  return sum;
}
