import { jointUpperTail } from "../statistics/joint-normal.ts";
import { normalQuantile } from "../statistics/normal.ts";

/** The claims that share an error: those about `ranks` ranks. */
export interface ClaimFamily {
  readonly ranks: number;
  /** The smallest of them, compared or not. Default: the smallest that is compared. */
  readonly smallest?: number;
  /** What these claims leave out of a tail that all looks together may leave out. Default: all of it. */
  readonly spend?: (tail: number) => number;
}

/** The probabilities that the claims of a family leave out, on each side that matters. */
export interface ClaimTails {
  /** On each side of a pair's interval: (1 - confidence) / 2, shared by all pairs (Bonferroni). */
  readonly pairTail: number;
  /**
   * Of the upper bound of what the smallest rank loses. With those of the other ranks it holds at the confidence: at
   * least one of the ranks is the best, so at most all but one can be bounded wrongly, and all of these are compared
   * with the same best rank, which correlates them by 1/2 (Dunnett, 1955). That a rank must pass against every other
   * costs nothing (intersection-union test: Berger, 1982).
   */
  readonly smallestTail: number;
  /** Of the bound of each other rank. */
  readonly otherTail: number;
}

/** What a rank must have lost at before a larger certified one is recommended in its place. */
export interface LostTails {
  /** Where no ranks are shown to differ. They are then probably equal, and the smallest is seldom passed over. */
  readonly alike: number;
  readonly differing: number;
}

/** Fewest seeds with which the smallest of equal ranks is seldom passed over at its own tail. */
const enoughSeeds = 5;

/** These tails spend no error: the larger rank is certified anyway. Chosen by simulation: docs/decisions/0023. */
export function lostTails({ pairTail, smallestTail, otherTail }: ClaimTails, seeds: number): LostTails {
  const third = smallestTail / 3;
  return {
    // What is shown for all pairs at once is lost, too.
    alike: Math.max(pairTail, Math.min(otherTail, third)),
    differing: seeds < enoughSeeds ? Math.max(pairTail, third) : smallestTail,
  };
}

/**
 * The part of the error that goes to the smallest rank, for it is the one that is recommended where nothing speaks
 * against it. The others share the rest. Chosen by simulation: docs/decisions/0023.
 */
const smallestShare = 2 / 3;

/** The tails of a family's claims. */
export function claimTails(confidence: number, { ranks, spend = (tail) => tail }: ClaimFamily): ClaimTails {
  const error = 1 - confidence;
  const { smallestTail, otherTail } = boundTails(error, ranks);
  return {
    pairTail: spend(error / (ranks * (ranks - 1))),
    smallestTail: spend(smallestTail),
    otherTail: spend(otherTail),
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

/** The largest tails in the ratio of the shares with which some bound is wrong with the probability `error`. */
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
