import { jointUpperTail, normalQuantile } from "../statistics/normal.ts";

export interface ClaimFamily {
  readonly ranks: number;
  /** Smallest rank, compared or not. Default: the smallest compared. */
  readonly smallest?: number;
  /** Error spending: from the tail of all looks to the tail here. Default: all of it. */
  readonly spend?: (tail: number) => number;
  /** True if claims are made at one look. Default: true without `spend`. */
  readonly once?: boolean;
}

/** Error probabilities of a family's claims, on each side that matters. */
export interface ClaimTails {
  /** Tail on each side of a pair's interval: (1 - confidence) / 2, shared by all pairs (Bonferroni). */
  readonly pairTail: number;
  /**
   * Tail of the smallest rank's bound on loss. All ranks' bounds hold jointly: all but one can fail, correlated by 1/2
   * since the best rank is shared (Dunnett, 1955). Passing against every rival costs nothing (Berger, 1982).
   */
  readonly smallestTail: number;
  /** Tail of every other rank's bound. */
  readonly otherTail: number;
  /** Tail of the bounds among open verdicts; for two ranks with one look, where a supported difference settles all. */
  readonly openTail?: number;
}

/** Tails at which a smaller rank counts as worse, before a larger certified rank is recommended. */
export interface LostTails {
  /** Tail if no difference is supported: then ranks are probably equal, and the smallest is seldom passed over. */
  readonly alike: number;
  readonly differing: number;
}

/** Fewest seeds at which `smallestTail` seldom passes over the smallest of equal ranks. */
const enoughSeeds = 5;

/** Tails of lost claims. No error is spent: the larger rank is certified anyway. See docs/decisions/0017. */
export function lostTails({ pairTail, smallestTail, otherTail }: ClaimTails, seeds: number): LostTails {
  const third = smallestTail / 3;
  return {
    // A difference supported for all pairs at once is a loss, too.
    alike: Math.max(pairTail, Math.min(otherTail, third)),
    differing: seeds < enoughSeeds ? Math.max(pairTail, third) : smallestTail,
  };
}

/** Share of the error for the smallest rank, the default recommendation. Chosen by simulation: docs/decisions/0017. */
const smallestShare = 2 / 3;

export function claimTails(confidence: number, family: ClaimFamily): ClaimTails {
  const { ranks, spend = (tail) => tail, once = family.spend === undefined } = family;
  const error = 1 - confidence;
  const { smallestTail, otherTail } = boundTails(error, ranks);
  return {
    pairTail: spend(error / (ranks * (ranks - 1))),
    smallestTail: spend(smallestTail),
    otherTail: spend(otherTail),
    ...(ranks === 2 && once ? { openTail: spend(error) } : {}),
  };
}

const known = new Map<string, Pick<ClaimTails, "smallestTail" | "otherTail">>();

function boundTails(error: number, ranks: number): Pick<ClaimTails, "smallestTail" | "otherTail"> {
  if (ranks <= 2) return { smallestTail: error, otherTail: error };
  const key = `${error} ${ranks}`;
  const found = known.get(key) ?? solve(error, ranks);
  known.set(key, found);
  return found;
}

/** Largest tails, in the ratio of the shares, with a joint error of `error`. */
function solve(error: number, ranks: number): Pick<ClaimTails, "smallestTail" | "otherTail"> {
  const others = ranks - 2;
  const ratio = (1 - smallestShare) / others / smallestShare;
  // Bonferroni's inequality is the safe end; no bound may use more than the whole error.
  let [low, high] = [error * smallestShare, error];
  while (high - low > 1e-7 * error) {
    const tail = (low + high) / 2;
    const limits = [tail, ...Array.from({ length: others }, () => tail * ratio)].map(
      (one) => -normalQuantile(one),
    );
    if (jointUpperTail(limits, 0.5) < error) low = tail;
    else high = tail;
  }
  return { smallestTail: low, otherTail: low * ratio };
}
