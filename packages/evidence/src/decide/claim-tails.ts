import { jointUpperTail, normalQuantile } from "../statistics/normal.ts";

/** Claims that share an error: those about `ranks` ranks. */
export interface ClaimFamily {
  readonly ranks: number;
  /** The smallest of them, compared or not. Default: the smallest that is compared. */
  readonly smallest?: number;
  /** Tail that these claims leave out, from the one of all looks together. Default: all of it. */
  readonly spend?: (tail: number) => number;
  /** Claims are made once, not at several looks. Default: true without `spend`. */
  readonly once?: boolean;
}

/** Probabilities that the claims of a family leave out, on each side that matters. */
export interface ClaimTails {
  /** On each side of a pair's interval: (1 - confidence) / 2, shared by all pairs (Bonferroni). */
  readonly pairTail: number;
  /**
   * Tail of the upper bound on the loss of the smallest rank. The bounds of all ranks together hold at the confidence.
   * One rank is the best, so at most all but one can be bounded wrongly. All of these are compared with the same best
   * rank, which correlates them by 1/2 (Dunnett, 1955). Passing against every other rank costs nothing (Berger, 1982).
   */
  readonly smallestTail: number;
  /** Tail of the bound of each other rank. */
  readonly otherTail: number;
  /** Tail of the bounds among open verdicts. Present for two ranks with one look, where a supported difference settles all. */
  readonly openTail?: number;
}

/** Tails at which a rank must have lost before a larger certified one is recommended in its place. */
export interface LostTails {
  /** Tail if no ranks are shown to differ. They are then probably equal, and the smallest is seldom passed over. */
  readonly alike: number;
  readonly differing: number;
}

/** Fewest seeds with which the smallest of equal ranks is seldom passed over at its own tail. */
const enoughSeeds = 5;

/** Tails at which a rank has lost. They spend no error: the larger rank is certified anyway. See docs/decisions/0017. */
export function lostTails({ pairTail, smallestTail, otherTail }: ClaimTails, seeds: number): LostTails {
  const third = smallestTail / 3;
  return {
    // A difference that holds for all pairs at once is a loss, too.
    alike: Math.max(pairTail, Math.min(otherTail, third)),
    differing: seeds < enoughSeeds ? Math.max(pairTail, third) : smallestTail,
  };
}

/**
 * Share of the error for the smallest rank, which is recommended unless there is evidence against it. The others share
 * the rest. Chosen by simulation: docs/decisions/0017.
 */
const smallestShare = 2 / 3;

/** Computes the tails of a family's claims. */
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

/** Finds the largest tails, in the ratio of the shares, at which some bound is wrong with the probability `error`. */
function solve(error: number, ranks: number): Pick<ClaimTails, "smallestTail" | "otherTail"> {
  const others = ranks - 2;
  const ratio = (1 - smallestShare) / others / smallestShare;
  // Bonferroni's inequality is safe; no bound may use more than the whole error.
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
