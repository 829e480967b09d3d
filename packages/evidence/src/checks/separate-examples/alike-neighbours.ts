import { mean, variance } from "../../statistics/averages.ts";
import { randomStream, seedOfData } from "../../statistics/random.ts";

const smallChance = 0.005;

/** Most random orders in the test. */
const mostDraws = 199;

/** Counts of examples on each side that are neighbours: groups may be small or large. */
const widths = [1, 8, 64];

/** Least ratio between examples and a tested width. */
const examplesPerNeighbour = 4;

/** Most examples compared: more would take seconds. */
const mostExamples = 10_000;

/** Ranks' advantages on examples, less their means. `[examples, ranks]` */
interface Contrasts {
  readonly values: Float64Array;
  readonly ranks: number;
}

/**
 * Tests whether neighbouring examples favour the same ranks, as examples from a single document do. Returns the chance
 * of so clear a sign in a random order, or undefined. `values`: `[ranks][runs][examples]`.
 *
 * Contrast: an example's mean over a rank's runs, less its mean over ranks, less that rank's mean in its class.
 * Statistic: largest sum of contrast products within a width, in standard deviations over random orders.
 *
 * @param classes class number by example. Examples are permuted within classes: a file may be sorted by class.
 */
export function chanceOfNeighbours(
  values: readonly (readonly ArrayLike<number>[])[],
  classes?: ArrayLike<number>,
): number | undefined {
  const count = Math.min(mostExamples, values[0]?.[0]?.length ?? 0);
  const used = widths.filter((width) => examplesPerNeighbour * width <= count);
  if (values.length < 2 || used.length === 0) return undefined;
  const members = byClass(count, classes);
  const contrasts = contrastsOf(values, members, count);
  const places = {
    order: Int32Array.from({ length: count }, (_, e) => e),
    room: new Float64Array(count + 1),
  };
  const seen = nearness(contrasts, places, used);
  const { uniform } = randomStream(seedOfData(seen[0]!));
  const draw = (): number[] => {
    shuffleWithin(places.order, members, uniform);
    return nearness(contrasts, places, used);
  };
  // First draws measure the spread over random orders, later draws the chance.
  const spread = spreadOf(Array.from({ length: spreadDraws }, draw));
  const furthest = (sums: readonly number[]): number =>
    Math.max(...sums.map((sum, i) => (sum - spread[i]!.mean) / (spread[i]!.sd || 1)));
  const far = furthest(seen);
  let [asFar, draws] = [0, 0];
  // Further draws cannot make the chance small again.
  while (draws < mostDraws && 1 + asFar <= smallChance * (1 + mostDraws)) {
    draws++;
    if (furthest(draw()) >= far) asFar++;
  }
  const chance = (1 + asFar) / (1 + draws);
  return chance <= smallChance ? chance : undefined;
}

function byClass(count: number, classes: ArrayLike<number> | undefined): number[][] {
  const members = new Map<number, number[]>();
  for (let e = 0; e < count; e++) {
    const of = classes?.[e] ?? 0;
    const own = members.get(of);
    if (own === undefined) members.set(of, [e]);
    else own.push(e);
  }
  return [...members.values()];
}

function contrastsOf(
  matrices: readonly (readonly ArrayLike<number>[])[],
  members: readonly (readonly number[])[],
  count: number,
): Contrasts {
  const ranks = matrices.length;
  const values = new Float64Array(count * ranks);
  for (let e = 0; e < count; e++) {
    const start = e * ranks;
    let total = 0;
    for (let r = 0; r < ranks; r++) {
      const runs = matrices[r]!;
      let sum = 0;
      for (const run of runs) sum += run[e]!;
      values[start + r] = sum / runs.length;
      total += values[start + r]!;
    }
    for (let r = 0; r < ranks; r++) values[start + r]! -= total / ranks;
  }
  for (const own of members) {
    for (let r = 0; r < ranks; r++) {
      let sum = 0;
      for (const e of own) sum += values[e * ranks + r]!;
      for (const e of own) values[e * ranks + r]! -= sum / own.length;
    }
  }
  return { values, ranks };
}

/**
 * Contrast products, summed over pairs within each width.
 *
 * @param room for a running sum over the examples.
 */
function nearness(
  { values, ranks }: Contrasts,
  { order, room }: { readonly order: Int32Array; readonly room: Float64Array },
  used: readonly number[],
): number[] {
  const sums = used.map(() => 0);
  for (let r = 0; r < ranks; r++) {
    for (let place = 0; place < order.length; place++)
      room[place + 1] = room[place]! + values[order[place]! * ranks + r]!;
    used.forEach((width, i) => {
      sums[i]! += nearnessWithin(width, room);
    });
  }
  return sums;
}

/** Products of neighbours up to `width` apart, summed. `sums`: running sum of a rank's contrasts, from 0. */
function nearnessWithin(width: number, sums: Float64Array): number {
  let total = 0;
  for (let place = 1; place < sums.length - 1; place++) {
    const before = sums[place]! - sums[Math.max(0, place - width)]!;
    total += (sums[place + 1]! - sums[place]!) * before;
  }
  return total;
}

const spreadDraws = 50;

/** Mean and standard deviation by width. `[draws][widths]` */
function spreadOf(sums: readonly (readonly number[])[]): { readonly mean: number; readonly sd: number }[] {
  return sums[0]!.map((_, i) => {
    const own = sums.map((row) => row[i]!);
    return { mean: mean(own), sd: Math.sqrt(variance(own)) };
  });
}

function shuffleWithin(
  order: Int32Array,
  members: readonly (readonly number[])[],
  uniform: () => number,
): void {
  for (const places of members) {
    for (let i = places.length - 1; i > 0; i--) {
      const a = places[i]!;
      const b = places[Math.floor(uniform() * (i + 1))]!;
      const value = order[a]!;
      order[a] = order[b]!;
      order[b] = value;
    }
  }
}
