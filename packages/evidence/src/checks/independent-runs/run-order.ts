import { mean } from "../../statistics/averages.ts";
import { randomStream, seedOfData, shuffled } from "../../statistics/random.ts";

export type Distances = readonly (readonly number[])[];

/** A rank's runs in order, as indices. */
export type RunOrder = readonly number[];

/** Most random orders in the test. */
const mostDraws = 1999;

/**
 * Permutation test: probability that neighbours in a random order are so near; undefined above `atMost`. Statistic:
 * neighbours' distances, summed (von Neumann's for squared differences).
 *
 * @param jointly ranks share seeds, which are permuted jointly; else each rank's runs.
 *
 * Source: von Neumann, "Distribution of the ratio of the mean square successive difference to the variance" (1941).
 */
export function chanceOfOrder(
  distances: readonly Distances[],
  orders: readonly RunOrder[],
  jointly: boolean,
  atMost: number,
): number | undefined {
  const identities = orders.map(({ length }) => Array.from({ length }, (_, i) => i));
  const seen = lengthOf(distances, orders, identities);
  const { uniform } = randomStream(seedOfData(seen));
  // Sums in another order differ by rounding.
  const most = seen * (1 + 1e-9);
  let asNear = 0;
  for (let draw = 0; draw < mostDraws; draw++) {
    const shared = jointly ? shuffled(identities[0]!, uniform) : undefined;
    const places = shared ? orders.map(() => shared) : identities.map((row) => shuffled(row, uniform));
    if (lengthOf(distances, orders, places) <= most) asNear++;
    if (1 + asNear > atMost * (1 + mostDraws)) return undefined;
  }
  return (1 + asNear) / (1 + mostDraws);
}

/** Sum of distances between neighbours, with run `i` of a rank at `places[rank][i]`. */
function lengthOf(
  distances: readonly Distances[],
  orders: readonly RunOrder[],
  places: readonly (readonly number[])[],
): number {
  let sum = 0;
  for (let rank = 0; rank < orders.length; rank++) {
    const [order, place, distance] = [orders[rank]!, places[rank]!, distances[rank]!];
    for (let k = 1; k < order.length; k++) sum += distance[place[order[k - 1]!]!]![place[order[k]!]!]!;
  }
  return sum;
}

export function scoreDistances(scores: readonly number[]): Distances {
  return scores.map((a) => scores.map((b) => (a - b) ** 2));
}

/** Most values compared: more would take seconds, and tell no more. */
const mostValues = 5e7;

/** Disagreements between runs, `[runs][runs]`, less each run's own excess: a poor run is no sign of an order. */
export function exampleDistances(runs: readonly ArrayLike<number>[]): Distances {
  const examples = runs[0]?.length ?? 0;
  const step = Math.max(1, (examples * runs.length ** 2) / mostValues);
  const raw = runs.map((a, i) =>
    runs.map((b, j) => {
      if (j <= i) return 0;
      let sum = 0;
      for (let place = 0; place < examples; place += step) {
        const e = Math.floor(place);
        sum += Math.abs(a[e]! - b[e]!);
      }
      return sum;
    }),
  );
  const between = (i: number, j: number): number => raw[Math.min(i, j)]![Math.max(i, j)]!;
  const others = (i: number): number[] => runs.flatMap((_, j) => (j === i ? [] : [between(i, j)]));
  const centre = mean(runs.flatMap((_, i) => others(i)));
  // Least squares for `centre + own[i] + own[j]`.
  const factor = runs.length > 2 ? (runs.length - 1) / (runs.length - 2) : 0;
  const own = runs.map((_, i) => factor * (mean(others(i)) - centre));
  // Distances are divided by the rank's mean disagreement, so that noisy ranks weigh no more.
  const scale = centre > 0 ? 1 / centre : 0;
  return runs.map((_, i) =>
    runs.map((_, j) => (i === j ? 0 : 1 + (between(i, j) - centre - own[i]! - own[j]!) * scale)),
  );
}
