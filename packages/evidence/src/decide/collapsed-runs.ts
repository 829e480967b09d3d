import type { Metric } from "../schema/types.ts";
import { median } from "../statistics/averages.ts";

/** Distances below this many margins are no collapse, however little runs vary. */
const leastMargins = 3;

/** Robust standard deviations by which a collapsed run is below its rank, with many seeds and ranks. */
const leastSds = 6;

/** Indices of the rank and the seed of a run that collapsed. */
export interface CollapsedCell {
  readonly rank: number;
  readonly seed: number;
}

/**
 * Finds runs that collapsed: far below their rank's other seeds, and near or below every run that did not collapse.
 * `scores` are `[ranks][seeds]`; the result has the indices of each run. Ranks whose seeds are `apart` may have
 * different numbers of runs, and the luck of a seed is not subtracted.
 *
 * A run's rest is its score less the lower median of its rank, less the median rest of the other ranks under its seed.
 * Its scale is 1.4826 times the median absolute rest of all runs, or of its rank's other runs if that is larger. The
 * fewer seeds and ranks, the larger is the factor: see {@link sdsFor}. `margin` is
 * the default one of the metric, so that a wider margin of the decision changes nothing.
 *
 * No run is named of two seeds, or if half of a rank's runs are low: the lower median is low, too. Fewer than 1 % of
 * simulated sweeps with equally noisy ranks have such a run without a collapse (packages/evidence/bench/collapse.md).
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
  const above = quality.map((row) => row.map((own) => own - lowerMedian(row)));
  const rests = above.map((row, rank) => {
    const others = above.toSpliced(rank, 1);
    const luckOf = (seed: number): number =>
      seedsAre === "shared" ? median(others.map((other) => other[seed]!)) : 0;
    return row.map((own, seed) => own - luckOf(seed));
  });
  const pooled = scaleOf(rests.flat());
  const least = leastMargins * margin;
  const runs = quality.flatMap((row, rank) =>
    row.map((own, seed) => {
      const scale = Math.max(pooled, scaleOf(rests[rank]!.toSpliced(seed, 1)));
      const limit = Math.max(least, sdsFor(seeds, scores.length) * scale);
      const isFar = limit > 0 && Math.max(above[rank]![seed]!, rests[rank]![seed]!) < -limit;
      return { rank, seed, own, limit, isFar };
    }),
  );
  const worst = Math.min(...runs.map(({ own, isFar }) => (isFar ? Infinity : own)));
  return runs
    .filter(({ isFar, own, limit }) => isFar && own < worst + limit / 2)
    .map(({ rank, seed }) => ({ rank, seed }));
}

/** Factor of the scale, chosen by simulation. */
function sdsFor(seeds: number, ranks: number): number {
  return (leastSds * (1 + 4 / (seeds - 1) ** 2) * ranks) / (ranks - 1);
}

/** Standard deviation of normal values around 0, by their median distance. */
function scaleOf(values: readonly number[]): number {
  return 1.4826 * median(values.map(Math.abs));
}

function lowerMedian(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[(values.length - 1) >> 1]!;
}
