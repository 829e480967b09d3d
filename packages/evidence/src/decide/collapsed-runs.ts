import type { Metric } from "../schema/types.ts";
import { median, mediansOfOthers } from "../statistics/averages.ts";

/** Least distance from the rank's other runs to count as collapsed, in margins. */
const leastMargins = 3;

/** Least distance to count as collapsed, in robust standard deviations; larger for few seeds or ranks. */
const leastSds = 6;

/** Standard deviation of normal values around 0, in medians of their absolute values. */
const normalScale = 1.4826;

/** Collapsed run, by rank and seed index. */
export interface CollapsedCell {
  readonly rank: number;
  readonly seed: number;
}

/**
 * Finds runs far below their rank's other seeds, and near or below every other run. `scores`: `[ranks][seeds]`. Seeds
 * that are `apart` have no common effect to subtract.
 *
 * Residual: score less the rank's lower median, less the other ranks' median residual under the seed. Scale: 1.4826
 * times the median absolute residual over all runs, or over the rank's other runs if larger. `margin` is the metric's
 * default.
 *
 * Finds none with two seeds, or if half a rank's runs are low. False alarms: below 1 % of sweeps
 * (packages/evidence/bench/collapse.md).
 */
export function collapsedRuns(
  scores: readonly (readonly number[])[],
  { sign }: Pick<Metric, "sign">,
  margin: number,
  seedsAre: "shared" | "apart" = "shared",
): CollapsedCell[] {
  const seeds = scores.length === 0 ? 0 : Math.min(...scores.map(({ length }) => length));
  if (scores.length < 2 || seeds < 3) return [];
  const quality = scores.map((row) => row.map((score) => sign * score));
  const above = quality.map((row) => {
    const middle = lowerMedian(row);
    return row.map((own) => own - middle);
  });
  // Only seeds that all ranks share have a luck: `[seeds][ranks]`.
  const lucks =
    seedsAre === "shared" ? above[0]!.map((_, seed) => mediansOfOthers(above.map((row) => row[seed]!))) : [];
  const rests = above.map((row, rank) => row.map((own, seed) => own - (lucks[seed]?.[rank] ?? 0)));
  const pooled = normalScale * median(rests.flat().map(Math.abs));
  const least = leastMargins * margin;
  const runs = quality.flatMap((row, rank) => {
    const scales = mediansOfOthers(rests[rank]!.map(Math.abs));
    return row.map((own, seed) => {
      const scale = Math.max(pooled, normalScale * scales[seed]!);
      const limit = Math.max(least, sdsFor(seeds, scores.length) * scale);
      const isFar = limit > 0 && Math.max(above[rank]![seed]!, rests[rank]![seed]!) < -limit;
      return { rank, seed, own, limit, isFar };
    });
  });
  const worst = Math.min(...runs.map(({ own, isFar }) => (isFar ? Infinity : own)));
  return runs
    .filter(({ isFar, own, limit }) => isFar && own < worst + limit / 2)
    .map(({ rank, seed }) => ({ rank, seed }));
}

function sdsFor(seeds: number, ranks: number): number {
  return (leastSds * (1 + 4 / (seeds - 1) ** 2) * ranks) / (ranks - 1);
}

function lowerMedian(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[(values.length - 1) >> 1]!;
}
