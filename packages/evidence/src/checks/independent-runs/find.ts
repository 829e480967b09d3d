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

/** Finds runs that depend on the run before them, which the intervals assume away. */
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

/** Allowed probability of a false alarm, over all tests on a sweep. */
const smallChance = 0.007;

export interface PlacedRun {
  readonly seed?: number;
  /** Start in milliseconds, or any number that grows with time. */
  readonly startedAt?: number;
  readonly startedFrom?: string;
}

export interface RunsOfRanks {
  readonly runs: readonly (readonly PlacedRun[])[];
  readonly scores: readonly (readonly number[])[];
  /** Metric values, `[ranks][runs][examples]`. */
  readonly values?: readonly (readonly ArrayLike<number>[])[];
  /** True if every rank has the same seeds in this order. */
  readonly areShared: boolean;
}

interface Test {
  readonly shownBy: DependentRuns["shownBy"];
  readonly distances: readonly Distances[];
  readonly orders: readonly RunOrder[];
  readonly jointly: boolean;
}

/**
 * Finds runs more alike to neighbours in time, or by seed, than to others. Undefined where no order is known.
 *
 * Up to three tests share the error. `outcomes`: a rank's runs disagree on fewer examples. `scores`: scores are nearer,
 * without what ranks share under a seed. `seeds`: what ranks share is nearer. Measured in
 * packages/evidence/bench/outside-worlds.md.
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

/** Run order per rank: by time if known for all, else by seed. */
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

/** Tells whether ranks ran in turn, so that time separates them as well. */
function areRanksInTurn(runs: RunsOfRanks["runs"]): boolean {
  const spans = runs.map((row) => {
    const starts = row.map(({ startedAt }) => startedAt ?? Number.NaN);
    return [Math.min(...starts), Math.max(...starts)] as const;
  });
  const isKnown = spans.every(([first, last]) => Number.isFinite(first) && first < last);
  const inTime = spans.toSorted(([a], [b]) => a - b);
  return isKnown && runs.length > 1 && inTime.slice(1).every(([first], i) => inTime[i]![1] < first);
}

export function orderMembers(
  ranks: RunsOfRanks,
): Pick<CheckMembers, "dependentRuns" | "warmStarts" | "ranksInTurn"> {
  const found = dependentRuns(ranks);
  const all = ranks.runs.flat();
  const starts = all.flatMap(({ startedFrom }) => startedFrom ?? []);
  // Starting weights shared by all runs are as good as another base.
  const areWarm = new Set(starts).size > 1 || (starts.length > 0 && starts.length < all.length);
  return {
    ...(found === undefined ? {} : { dependentRuns: found }),
    ...(areWarm ? { warmStarts: { runs: starts.length, of: all.length } } : {}),
    ...(areRanksInTurn(ranks.runs) ? { ranksInTurn: true as const } : {}),
  };
}
