import { InputError } from "@lorank/core";
import { metricOf } from "../../schema/metric.ts";
import type { MetricName } from "../../schema/types.ts";
import { compareRanks, metricMatrix, type PairComparison } from "../compare.ts";
import type { VarianceComponents } from "../interval/components.ts";
import type { OutcomeTable } from "../outcomes.ts";
import { comparedDesign, type PairedDesign } from "../paired-design.ts";

/** Noise in the difference between two ranks, assumed or observed. */
export interface PairNoise {
  readonly components: VarianceComponents & { readonly seed: number };
  readonly differing: number;
  /** Mean examples per independent group. Default 1. */
  readonly groupSize?: number;
  readonly unit: number;
  /** Share of examples on which two ranks differ under the same seed; absent unless outcomes are binary. */
  readonly disagreement?: number;
  /** Compared ranks, ascending; absent if the noise is assumed. */
  readonly ranks?: readonly number[];
  /** Seeds completed by all ranks. With a single seed, the split into components is assumed. */
  readonly seeds?: number;
}

/**
 * Assumed variance split for an example's difference under a single seed. Seed shares measured: -0.0006 to 0.0021 in
 * the demo, 0.0019 in the verdict study's plain world, fourteen times that in loud runs. Source: bench/noise-shares.ts.
 */
export const assumedShares = { seed: 0.002, example: 0.04, residual: 0.958 } as const;

/** Assumed accuracy noise at a disagreement, a share of examples. Groups differ by at most 3 standard deviations. */
export function assumedNoise(disagreement: number, groupSize = 1): PairNoise {
  const noise = { components: split(disagreement), differing: disagreement, unit: 1, disagreement };
  if (groupSize === 1) return noise;
  const unit = Math.min(1, 3 * Math.sqrt(disagreement / groupSize));
  return { ...noise, groupSize, unit, differing: 1 - (1 - disagreement) ** groupSize };
}

function split(variance: number): PairNoise["components"] {
  const { seed, example, residual } = assumedShares;
  return { seed: seed * variance, example: example * variance, residual: residual * variance };
}

/**
 * Noise in a sweep's paired differences, averaged over pairs. A single seed shows their variance by example, with an
 * assumed split. The seeds' part is averaged before it is cut off at 0: single pairs hardly show it.
 *
 * @throws InputError `E_PLAN` when no two ranks have completed the same seed, or log losses are missing.
 */
export function observedNoise(outcomes: OutcomeTable, metric: MetricName): PairNoise {
  const design = comparedDesign(outcomes);
  const { ranks, seeds } = design;
  if (ranks.length < 2 || outcomes.examples < 2) {
    throw new InputError(
      "E_PLAN",
      `results must hold two ranks that completed the same seed on two examples or more, got ${ranks.length} ` +
        `of them and ${outcomes.examples} examples`,
    );
  }
  const { column, isBinary } = metricOf(metric);
  if (design.cells.some((row) => row.some((cell) => !cell[column])))
    throw new InputError("E_PLAN", `${column} must be present in all outcomes to plan for ${metric}`);
  const { pairs } = compareRanks(design, metric, 0.95);
  const mean = (pick: (pair: PairComparison) => number): number =>
    pairs.reduce((sum, pair) => sum + pick(pair), 0) / pairs.length;
  const { examples } = outcomes;
  const unit = Math.max(...pairs.map((pair) => pair.unit));
  const { groupSize } = pairs[0]!.fit;
  return {
    ranks,
    seeds: seeds.length,
    unit,
    differing: (mean(({ fit }) => fit.differing) * groupSize) / examples,
    ...(groupSize > 1 ? { groupSize } : {}),
    components: seeds.length === 1 ? oneSeed(mean) : severalSeeds(mean),
    ...(isBinary && groupSize === 1 && unit === 1 ? { disagreement: disagreementOf(design, metric) } : {}),
  };
}

type Mean = (pick: (pair: PairComparison) => number) => number;

function oneSeed(mean: Mean): PairNoise["components"] {
  return splitOfOneSeed({ example: mean(({ fit }) => fit.components.example) });
}

function splitOfOneSeed({ example }: Pick<VarianceComponents, "example">): PairNoise["components"] {
  return split(example / (assumedShares.example + assumedShares.residual));
}

function severalSeeds(mean: Mean): PairNoise["components"] {
  return {
    seed: Math.max(
      0,
      mean(({ fit }) => (fit.seedSquare - fit.components.residual) / fit.examples),
    ),
    example: mean(({ fit }) => fit.components.example),
    residual: mean(({ fit }) => fit.components.residual),
  };
}

function disagreementOf(design: PairedDesign, metric: MetricName): number {
  const values = design.ranks.map((_, index) => metricMatrix(design, index, metric));
  let [differ, outcomes] = [0, 0];
  for (const [i, first] of values.entries()) {
    for (const second of values.slice(i + 1)) {
      for (const [s, row] of first.entries()) {
        for (let e = 0; e < row.length; e++) if (row[e] !== second[s]![e]) differ++;
        outcomes += row.length;
      }
    }
  }
  return differ / outcomes;
}
