import { randomStream } from "../statistics/random.ts";

/** Chance that examples in no order are said to have one, at most. */
const smallChance = 0.01;

/** Most random orders that are compared with the one of the examples. */
const mostDraws = 399;

/** Examples on each side that count as neighbours: groups may be small or large. */
const widths = [1, 8, 64];

/** Fewest examples for each neighbour of the widest kind. */
const examplesPerNeighbour = 4;

/** Most examples that are compared, the first ones: more would take seconds. */
const mostExamples = 10_000;

/** Advantages of ranks on examples, beside their means. `[examples, ranks]` */
interface Contrasts {
  readonly values: Float64Array;
  readonly ranks: number;
}

/**
 * Tests whether examples that are near each other in the table favour the same ranks, as those of one document do. Returns the
 * chance of so clear a sign in a random order; undefined without one. `values` are `[ranks][runs][examples]`.
 *
 * An example's contrasts are its means over the runs of each rank, less its mean over the ranks, less that rank's mean in
 * its class. For each width the statistic is the sum of the products of contrasts of examples not further apart, in
 * standard deviations of random orders. The largest counts.
 *
 * @param classes number of each example's class. A file that is sorted by class is in an order, and has no groups for it:
 *   examples change places within their class.
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
  const { uniform } = randomStream(1);
  const order = Int32Array.from({ length: count }, (_, e) => e);
  const seen = used.map((width) => nearness(contrasts, order, width));
  // The first draws say how far random orders spread, the later ones how often they are as far out.
  const spread = spreadOf(contrasts, order, { members, used, uniform });
  const furthest = (sums: readonly number[]): number =>
    Math.max(...sums.map((sum, i) => (sum - spread[i]!.mean) / (spread[i]!.sd || 1)));
  const far = furthest(seen);
  let [asFar, draws] = [0, 0];
  // Further draws cannot make the chance small again.
  while (draws < mostDraws && 1 + asFar <= smallChance * (1 + mostDraws)) {
    shuffleWithin(order, members, uniform);
    draws++;
    if (furthest(used.map((width) => nearness(contrasts, order, width))) >= far) asFar++;
  }
  const chance = (1 + asFar) / (1 + draws);
  return chance <= smallChance ? chance : undefined;
}

/** Examples of each class. */
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

/** Sum over pairs of examples at most `width` places apart of the products of their contrasts. */
function nearness({ values, ranks }: Contrasts, order: Int32Array, width: number): number {
  let sum = 0;
  for (let r = 0; r < ranks; r++) {
    let before = 0;
    for (let place = 0; place < order.length; place++) {
      const own = values[order[place]! * ranks + r]!;
      sum += own * before;
      before += own;
      if (place >= width) before -= values[order[place - width]! * ranks + r]!;
    }
  }
  return sum;
}

const spreadDraws = 50;

/** Mean and standard deviation of the nearness in random orders, for each width. */
function spreadOf(
  contrasts: Contrasts,
  ordered: Int32Array,
  {
    members,
    used,
    uniform,
  }: {
    readonly members: readonly (readonly number[])[];
    readonly used: readonly number[];
    readonly uniform: () => number;
  },
): { readonly mean: number; readonly sd: number }[] {
  const order = ordered.slice();
  const sums: number[][] = used.map(() => []);
  for (let draw = 0; draw < spreadDraws; draw++) {
    shuffleWithin(order, members, uniform);
    for (const [i, width] of used.entries()) sums[i]!.push(nearness(contrasts, order, width));
  }
  return sums.map((own) => {
    const centre = own.reduce((total, value) => total + value, 0) / own.length;
    const square = own.reduce((total, value) => total + (value - centre) ** 2, 0) / (own.length - 1);
    return { mean: centre, sd: Math.sqrt(square) };
  });
}

/** Fisher and Yates, among the places of each class. */
function shuffleWithin(
  order: Int32Array,
  members: readonly (readonly number[])[],
  uniform: () => number,
): void {
  for (const places of members) {
    for (let i = places.length - 1; i > 0; i--) {
      const [a, b] = [places[i]!, places[Math.floor(uniform() * (i + 1))]!];
      const value = order[a]!;
      order[a] = order[b]!;
      order[b] = value;
    }
  }
}
