import { median } from "../../statistics/averages.ts";

type Losses = ArrayLike<number>;

/** Most losses compared per run, evenly spread. */
const mostCompared = 500;

/** Least losses compared, best first: larger losses have less GPU noise; below the last they tell nothing. */
const smallestLosses = [0.03, 1e-3, 1e-4];

/** Least compared loss, in units of the last printed digit: rounding is then below 5 %. */
const unitsOfALoss = 10;

const enoughLosses = 8;

/** Losses to compare between runs: indices (`places`), and the least loss that tells something. */
export interface TellingLosses {
  readonly smallest: number;
  readonly places: readonly number[];
}

/** Chooses losses to compare; `runs` have equal length, and the first shows the rounding. */
export function tellingLosses(runs: readonly Losses[], from = 0): TellingLosses {
  const [first] = runs;
  const count = (first?.length ?? 0) - from;
  const step = Math.max(1, count / mostCompared);
  const places: number[] = [];
  for (let place = 0; place < count; place += step) places.push(from + Math.floor(place));
  const rounded = unitsOfALoss * unitOf(places.map((place) => first![place]!));
  const chosen = smallestLosses.map((smallest) => ({ smallest: Math.max(smallest, rounded), places }));
  return chosen.find((telling) => runs.every((run) => areTelling(run, telling))) ?? chosen.at(-1)!;
}

/** Last decimal's unit over all values, at least 1e-12. */
export function unitOf(values: readonly number[]): number {
  let digits = 0;
  while (digits < 12 && values.some((value) => Math.abs(Number(value.toFixed(digits)) - value) > 1e-13))
    digits++;
  return 10 ** -digits;
}

/** Tells whether a run has enough distinct losses to rule out chance. */
export function areTelling(losses: Losses, { smallest, places }: TellingLosses): boolean {
  const seen = new Set<number>();
  for (const place of places) {
    if (losses[place]! >= smallest) seen.add(losses[place]!);
    if (seen.size >= enoughLosses) return true;
  }
  return false;
}

/** Closeness of two loss curves: half or more of the telling losses differ by at most `share` of the larger. */
export function areWithin(a: Losses, b: Losses, share: number, { smallest, places }: TellingLosses): boolean {
  let telling = 0;
  let near = 0;
  for (const place of places) {
    const larger = Math.max(a[place]!, b[place]!);
    if (larger < smallest) continue;
    telling++;
    if (Math.abs(a[place]! - b[place]!) <= share * larger) near++;
  }
  return 2 * near >= telling;
}

/** Median relative difference between telling losses; 0 without any. */
export function lossDistance(a: Losses, b: Losses, { smallest, places }: TellingLosses): number {
  const shares: number[] = [];
  for (const place of places) {
    const larger = Math.max(a[place]!, b[place]!);
    if (larger >= smallest && larger > 0) shares.push(Math.abs(a[place]! - b[place]!) / larger);
  }
  return shares.length === 0 ? 0 : median(shares);
}

/** Count of examples on which two runs differ, by which run is right; fractions count. */
export interface SidedDisagreement {
  readonly first: number;
  readonly second: number;
}

export function disagreement(a: ArrayLike<number>, b: ArrayLike<number>): SidedDisagreement {
  let [first, second] = [0, 0];
  for (let e = 0; e < a.length; e++) {
    const more = a[e]! - b[e]!;
    if (more > 0) first += more;
    else second -= more;
  }
  return { first, second };
}

type Runs = readonly { readonly correct: ArrayLike<number> }[];

/** Counts of examples on which runs differ from their group's majority. */
export interface Disputes {
  /** Examples with a single run against the group's majority. */
  readonly single: number;
  /** Examples with several such runs. */
  readonly repeated: number;
}

/** Counts disputed examples: training disputes hard examples again and again, noise hits any. */
export function disputesIn(groups: readonly Runs[]): Disputes {
  const length = groups[0]?.[0]?.correct.length ?? 0;
  const minorities = new Uint32Array(length);
  for (const group of groups) {
    for (let e = 0; e < length; e++) {
      let right = 0;
      for (const { correct } of group) if (correct[e]! >= 0.5) right++;
      minorities[e]! += Math.min(right, group.length - right);
    }
  }
  let [single, repeated] = [0, 0];
  for (const minority of minorities) {
    if (minority === 1) single++;
    else if (minority > 1) repeated++;
  }
  return { single, repeated };
}

/** Counts examples disputed in `runs`: hard if `others` dispute them too, else easy. */
export function disputesBeside(runs: Runs, others: Runs): { readonly hard: number; readonly easy: number } {
  let [hard, easy] = [0, 0];
  const { length } = runs[0]!.correct;
  const isDisputed = (among: Runs, e: number): boolean =>
    among.some(({ correct }) => correct[e]! >= 0.5 !== among[0]!.correct[e]! >= 0.5);
  for (let e = 0; e < length; e++) {
    if (!isDisputed(runs, e)) continue;
    if (isDisputed(others, e)) hard++;
    else easy++;
  }
  return { hard, easy };
}

/** Surprise: a Poisson count of `found` or less for `expected` has at most probability e^-surprise (Chernoff). */
export function surpriseOf(found: number, expected: number): number {
  if (found >= expected) return 0;
  return expected - found + (found > 0 ? found * Math.log(found / expected) : 0);
}
