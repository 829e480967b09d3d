import type { Results } from "../types.ts";

/**
 * The seeds under which the sweep's method runs a rank, in the sweep's order: all of them in a grid; in a race those up to
 * the last look at which the rank was in play; in a probe those of a confirmation or of a pilot, none of a rank that was only predicted.
 */
export function seedsOfMethod(
  { sweep, decision }: Pick<Results, "decision"> & { readonly sweep: Pick<Results["sweep"], "seeds"> },
  rank: number,
): readonly number[] {
  const { race, probe } = decision;
  if (race) {
    const looks = race.looks.filter(({ ranks }) => ranks.includes(rank));
    return sweep.seeds.slice(0, looks.at(-1)?.seeds ?? 0);
  }
  if (probe) {
    const isTrained = rank === probe.fromRank || probe.confirmations.some((one) => one.rank === rank);
    if (isTrained) return [...sweep.seeds].sort((a, b) => a - b).slice(0, probe.confirmationSeeds);
    return probe.pilots.some((one) => one.rank === rank) ? probe.probeSeeds : [];
  }
  return sweep.seeds;
}

/** A method that ran a part of the grid, and how much of it. */
export interface PartOfGrid {
  readonly method: "probe" | "race";
  readonly runs: number;
  readonly gridRuns: number;
}

/** Undefined where the whole grid was asked for. */
export function partOfGrid({ decision: { race, probe } }: Pick<Results, "decision">): PartOfGrid | undefined {
  if (race) return { method: "race", runs: race.runs, gridRuns: race.gridRuns };
  if (probe) return { method: "probe", runs: probe.runs, gridRuns: probe.gridRuns };
  return undefined;
}

type Methods = Pick<Results["decision"], "race" | "probe">;

/** Ranks that the method itself left behind, on its evidence: they are no failures. Ascending. */
export function leftBehind({ race, probe }: Methods): readonly number[] {
  const dropped = race?.looks.flatMap((look) => look.dropped.filter(({ cause }) => cause !== "failed")) ?? [];
  const refuted = probe?.confirmations.filter(({ outcome }) => outcome === "refuted") ?? [];
  return [...dropped, ...refuted].map(({ rank }) => rank).sort((a, b) => a - b);
}

/** Ranks of which a probe has nothing but a prediction. Ascending. */
export function predictedOnly({ probe }: Methods): readonly number[] {
  if (!probe) return [];
  const tried = [probe.fromRank, ...[...probe.pilots, ...probe.confirmations].map(({ rank }) => rank)];
  return probe.predictions.map(({ rank }) => rank).filter((rank) => !tried.includes(rank));
}
