import { InputError } from "../../errors.ts";
import { quantileOfUpperTail } from "../../statistics/student-t.ts";

/** Runs of a probe, known before any of it has run. */
export interface ProbePlan {
  /** The largest rank, whose adapters are cut. */
  readonly fromRank: number;
  /** Predicted ranks, ascending. */
  readonly smaller: readonly number[];
  /** Seeds whose run of `fromRank` is cut. */
  readonly probeSeeds: readonly number[];
  /** Seeds of a predicted rank's runs, compared with those of `fromRank`; they begin with the probe's. */
  readonly confirmationSeeds: readonly number[];
}

/** Seeds of the probe: enough to show how runs vary; every further one costs a whole run. */
const probeSeeds = 3;
/**
 * Width of a confirmation relative to a grid's certificate, at most. The grid's has to hold against every other rank,
 * which fails more often than against one.
 */
const slack = 1.2;

/**
 * Plans a probe of `ranks` over the seeds of a grid. A grid certifies one rank against all others and shares its error
 * among them; a confirmation is about one pair. It has the seeds that make t / √seeds of the pair that of the grid.
 *
 * @throws InputError E_PROBE with fewer than two ranks, or with rank 0, to which nothing can be cut.
 */
export function planProbe(ranks: readonly number[], seeds: readonly number[], confidence: number): ProbePlan {
  const sorted = ranks.toSorted((a, b) => a - b);
  if (sorted.length < 2 || sorted[0]! < 1) {
    const rule = "two or more ranks of at least 1 for a probe, which cuts the largest to the others";
    throw new InputError("E_PROBE", `ranks must be ${rule}, got [${ranks.join(", ")}]`);
  }
  const ordered = seeds.toSorted((a, b) => a - b);
  const count = confirmationCount(sorted.length, ordered.length, confidence);
  return {
    fromRank: sorted.at(-1)!,
    smaller: sorted.slice(0, -1),
    probeSeeds: ordered.slice(0, Math.min(probeSeeds, count)),
    confirmationSeeds: ordered.slice(0, count),
  };
}

function confirmationCount(ranks: number, seeds: number, confidence: number): number {
  const width = (tail: number, count: number) => quantileOfUpperTail(tail, count - 1) / Math.sqrt(count);
  const error = 1 - confidence;
  const grid = seeds > 1 ? width(error / (ranks - 1), seeds) : 0;
  for (let count = 2; count < seeds; count++)
    if (width(error * errorShare(1), count) <= slack * grid) return count;
  return seeds;
}

/**
 * Share of the error of confirmation number `turn`, counted from 1: 7/10, then 7/10 of the remainder, so the sum stays
 * below 1. The remainder after the first pays for choosing its rank on the examples that judge it:
 * docs/checked/verdict-study.md.
 */
export function errorShare(turn: number): number {
  return 0.7 * 0.3 ** (turn - 1);
}
