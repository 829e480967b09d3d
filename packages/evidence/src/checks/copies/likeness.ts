import { median } from "../../statistics/averages.ts";

/** Losses of one run: of each example, or of each step of training. */
type Losses = ArrayLike<number>;

/** Most losses of a run that are compared, evenly spread. */
const mostCompared = 500;

/** Smallest losses that are compared: the larger, the less counts what a GPU adds. Below the last one they add nothing to "right". */
const smallestLosses = [0.03, 1e-3, 1e-4];

/** Losses have to exceed the unit of their last digit this many times: rounding then changes them by less than 5 %. */
const unitsOfALoss = 10;

/** Fewest different losses that can tell whether runs are alike. */
const enoughLosses = 8;

/** Places of the losses that tell runs apart: large enough in one of them that rounding did not make them equal. */
export interface TellingLosses {
  readonly smallest: number;
  readonly places: readonly number[];
}

/** Chooses losses to compare. `runs` are as long as each other; the first one shows to which digit losses are rounded. */
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

/** Unit of the last decimal that any of the values has, at least 1e-12. */
export function unitOf(values: readonly number[]): number {
  let digits = 0;
  while (digits < 12 && values.some((value) => Math.abs(Number(value.toFixed(digits)) - value) > 1e-13))
    digits++;
  return 10 ** -digits;
}

/** Tells whether a run has enough different losses that another run cannot have the same by chance. */
export function areTelling(losses: Losses, { smallest, places }: TellingLosses): boolean {
  const seen = new Set<number>();
  for (const place of places) {
    if (losses[place]! >= smallest) seen.add(losses[place]!);
    if (seen.size >= enoughLosses) return true;
  }
  return false;
}

/** Tells whether at least half of two runs' telling losses differ by at most this share of the larger one. */
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

/** Median difference of two runs' telling losses, as a share of the larger one of each; 0 without any. */
export function lossDistance(a: Losses, b: Losses, { smallest, places }: TellingLosses): number {
  const shares: number[] = [];
  for (const place of places) {
    const larger = Math.max(a[place]!, b[place]!);
    if (larger >= smallest && larger > 0) shares.push(Math.abs(a[place]! - b[place]!) / larger);
  }
  return shares.length === 0 ? 0 : median(shares);
}

/** Examples on which two runs differ, by which of them is right; shares of an example count as such. */
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

/** Disputed examples of groups of runs that should differ within each group. */
export interface Disputes {
  /** Examples on which one run alone is not with the majority of its group. */
  readonly single: number;
  /** Examples on which several runs are. */
  readonly repeated: number;
}

/** Counts disputed examples. Runs that differ by their training dispute hard examples, again and again; noise hits any. */
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

/** Examples that runs dispute: hard ones, which other runs dispute too, and easy ones, on which all others agree. */
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

/**
 * Surprise of `found` events where at least `expected` would be the rule. The probability of a Poisson count so low is at
 * most e to minus this (Chernoff's bound).
 */
export function surpriseOf(found: number, expected: number): number {
  if (found >= expected) return 0;
  return expected - found + (found > 0 ? found * Math.log(found / expected) : 0);
}
