import { metricMatrix, scoresOf } from "../../decide/compare.ts";
import { scoresOf as scoresOfRuns } from "../../decide/compare-scores.ts";
import { isGrid } from "../../decide/score-design.ts";
import type { CheckMembers, DependentRuns } from "../../schema/types.ts";
import { mean } from "../../statistics/averages.ts";
import type { Find } from "../find.ts";
import {
  chanceOfOrder,
  type Distances,
  exampleDistances,
  type RunOrder,
  scoreDistances,
} from "./run-order.ts";

/** Tells if runs depend on the run before them, as intervals take them to be independent. */
export const independentRuns: Find = {
  ofRuns(design, _, { metric }) {
    const values = design.ranks.map((_, index) => metricMatrix(design, index, metric));
    const areShared = design.seedsAre !== "apart";
    return { members: orderMembers({ runs: design.cells, scores: scoresOf(values), values, areShared }) };
  },
  ofScores({ design }) {
    const scores = scoresOfRuns(design);
    return { members: orderMembers({ runs: design.cells, scores, areShared: isGrid(design) }) };
  },
};

/** Largest chance of a false alarm, over all tests on a sweep. */
const smallChance = 0.007;

/** A run, and what may tell when it was made. */
export interface PlacedRun {
  readonly seed?: number;
  /** Milliseconds, or any other number that grows with time. */
  readonly startedAt?: number;
  /** Name of the weights that it began with, if they are not the base's. */
  readonly startedFrom?: string;
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
 * Finds runs that depend on the run before them. Runs that follow each other, in time or by their seeds, are then more alike
 * than others. Undefined without such a sign, and where no order is known.
 *
 * There are up to three tests, which share the allowed chance. `outcomes`: runs of a rank disagree on fewer examples. `scores`:
 * their scores are nearer, without what all ranks share under a seed. `seeds`: what all ranks share is nearer.
 *
 * Measured in packages/evidence/bench/outside-worlds.md. Three seeds of four ranks have too few orders for any of them.
 */
function dependentRuns({ runs, scores, values, areShared }: RunsOfRanks): DependentRuns | undefined {
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
  const signs = tests.flatMap(({ shownBy, distances, orders, jointly }) => {
    const chance = chanceOfOrder(distances, orders, jointly, smallChance / tests.length);
    return chance === undefined ? [] : [{ shownBy, chance: tests.length * chance }];
  });
  const [clearest] = signs.sort((a, b) => a.chance - b.chance);
  return clearest && { order: by, ...clearest };
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

/** Tells whether all runs of each rank began before those of another, so that time tells ranks apart as well as rank does. */
function areRanksInTurn(runs: RunsOfRanks["runs"]): boolean {
  const spans = runs.map((row) => {
    const starts = row.map(({ startedAt }) => startedAt ?? Number.NaN);
    return [Math.min(...starts), Math.max(...starts)] as const;
  });
  const isKnown = spans.every(([first, last]) => Number.isFinite(first) && first < last);
  const inTime = spans.toSorted(([a], [b]) => a - b);
  return isKnown && runs.length > 1 && inTime.slice(1).every(([first], i) => inTime[i]![1] < first);
}

/** The members of a decision that the order of its runs adds. */
export function orderMembers(
  ranks: RunsOfRanks,
): Pick<CheckMembers, "dependentRuns" | "warmStarts" | "ranksInTurn"> {
  const found = dependentRuns(ranks);
  const all = ranks.runs.flat();
  const starts = all.flatMap(({ startedFrom }) => startedFrom ?? []);
  // One start for all is as good as another base.
  const areWarm = new Set(starts).size > 1 || (starts.length > 0 && starts.length < all.length);
  return {
    ...(found === undefined ? {} : { dependentRuns: found }),
    ...(areWarm ? { warmStarts: { runs: starts.length, of: all.length } } : {}),
    ...(areRanksInTurn(ranks.runs) ? { ranksInTurn: true as const } : {}),
  };
}
