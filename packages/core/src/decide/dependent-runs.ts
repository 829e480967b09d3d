import type { DependentRuns } from "../results/types.ts";
import { mean } from "../statistics/mean.ts";
import {
  chanceOfOrder,
  type Distances,
  exampleDistances,
  type RunOrder,
  scoreDistances,
} from "./run-order.ts";

/** Chance that independent runs are said to depend on each other, at most, over all tests on a sweep. */
const smallChance = 0.01;

/** A run, and what may tell when it was made. */
export interface PlacedRun {
  readonly seed?: number;
  /** Milliseconds, or any other number that grows with time. */
  readonly startedAt?: number;
}

/** Runs of each rank, with what was measured on them. */
export interface RunsOfRanks {
  /** `[ranks][runs]` */
  readonly runs: readonly (readonly PlacedRun[])[];
  /** `[ranks][runs]` */
  readonly scores: readonly (readonly number[])[];
  /** Values of the examples, if they are known. `[ranks][runs][examples]` */
  readonly values?: readonly (readonly ArrayLike<number>[])[];
  /** Every rank has the same seeds, in this order. */
  readonly areShared: boolean;
}

interface Test {
  readonly shownBy: DependentRuns["shownBy"];
  readonly distances: readonly Distances[];
  readonly orders: readonly RunOrder[];
  readonly jointly: boolean;
}

/**
 * Finds runs that depend on the run before them: those that follow each other, in time or by their seeds, are more alike than
 * those that do not. Undefined without such a sign, and where no order is known.
 *
 * There are up to three tests, which share the allowed chance. `outcomes`: runs of a rank disagree on fewer examples. `scores`:
 * their scores are nearer, without what all ranks share under a seed. `seeds`: what all ranks share is nearer.
 *
 * Measured in packages/core/bench/outside-worlds.md. Three seeds of four ranks have too few orders for any of them.
 */
export function dependentRuns({ runs, scores, values, areShared }: RunsOfRanks): DependentRuns | undefined {
  const order = orderOf(runs);
  if (order === undefined || runs.length === 0) return undefined;
  const { by, orders } = order;
  const [first] = orders;
  const haveOneOrder = orders.every((one) => one.every((run, place) => run === first![place]));
  const above = scores.map((row) => row.map((score) => score - mean(row)));
  const luck = areShared ? above[0]!.map((_, seed) => mean(above.map((row) => row[seed]!))) : undefined;
  const rests = above.map((row) => row.map((score, seed) => score - (luck?.[seed] ?? 0)));
  const tests: Test[] = [
    { shownBy: "scores", distances: rests.map(scoreDistances), orders, jointly: areShared },
    ...(values
      ? [{ shownBy: "outcomes" as const, distances: values.map(exampleDistances), orders, jointly: false }]
      : []),
    ...(luck && haveOneOrder
      ? [{ shownBy: "seeds" as const, distances: [scoreDistances(luck)], orders: [first!], jointly: true }]
      : []),
  ];
  const found = tests
    .map(({ shownBy, ...test }) => ({
      shownBy,
      chance: tests.length * chanceOfOrder(test.distances, test.orders, test.jointly),
    }))
    .sort((a, b) => a.chance - b.chance)[0]!;
  return found.chance <= smallChance ? { order: by, ...found } : undefined;
}

/** The order of each rank's runs: by time if that is known of all, or else by their seeds. */
function orderOf(
  runs: RunsOfRanks["runs"],
): { readonly by: DependentRuns["order"]; readonly orders: readonly RunOrder[] } | undefined {
  for (const by of ["time", "seed"] as const) {
    const places = runs.map((row) => row.map(({ seed, startedAt }) => (by === "time" ? startedAt : seed)));
    const areKnown = places.every(
      (row) => new Set(row).size === row.length && row.every((place) => Number.isFinite(place)),
    );
    if (!areKnown) continue;
    return { by, orders: places.map((row) => [...row.keys()].sort((a, b) => row[a]! - row[b]!)) };
  }
  return undefined;
}
