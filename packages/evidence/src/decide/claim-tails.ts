import { jointUpperTail, normalQuantile } from "../statistics/normal.ts";

export interface ClaimFamily {
  readonly ranks: number;
  /** Smallest rank, still compared or not. Default: the smallest compared. */
  readonly smallest?: number;
  /** Error spending function: from the tail probability over all looks to this look's. */
  readonly spend?: (tail: number) => number;
  /** True if claims are made at a single look. Default: true without `spend`. */
  readonly once?: boolean;
  /** True if no rank is cheaper than another before the outcomes are seen; all then share the error. */
  readonly isUnordered?: boolean;
  /** True if every bound can fail, also the best rank's: ranks are claimed to meet limits, too. */
  readonly bestMayFail?: boolean;
  /** Tail on each side of a pair's interval, if a single pair is claimed on. Default: all pairs share the error. */
  readonly pairTail?: number;
}

export interface ClaimTails {
  /** Tail probability on each side of a pair's interval, shared by all pairs (Bonferroni). */
  readonly pairTail: number;
  /**
   * Tail for the smallest rank's loss bound. Every bound but the best rank's can fail, with correlation 1/2 through
   * that rank (Dunnett, 1955). Testing against every rival needs no correction (Berger, 1982).
   */
  readonly smallestTail: number;
  /** Tail probability of every other rank's loss bound. */
  readonly otherTail: number;
  /** Tail for bounds in open verdicts: two ranks at a single look, where a supported difference settles all. */
  readonly openTail?: number;
  /** True if `pairTail` is for a single pair. */
  readonly isOnePair?: boolean;
}

/** Tail probabilities at which a smaller rank counts as worse, so that a larger certified rank is recommended. */
export interface LostTails {
  /** Tail if no difference is supported: ranks are then probably equal. */
  readonly alike: number;
  readonly differing: number;
}

/** Fewest seeds at which `smallestTail` seldom passes over the smallest rank. */
const enoughSeeds = 5;

/** Tails to call smaller ranks worse, at no error: the larger rank is certified anyway (docs/decisions/0017). */
export function lostTails({ pairTail, smallestTail, otherTail }: ClaimTails, seeds: number): LostTails {
  const third = smallestTail / 3;
  return {
    // Ranks with a difference supported for all pairs at once have lost, too.
    alike: Math.max(pairTail, Math.min(otherTail, third)),
    differing: seeds < enoughSeeds ? Math.max(pairTail, third) : smallestTail,
  };
}

/** Error share for the smallest rank's bound; others share the remainder. By simulation: docs/decisions/0017. */
const smallestShare = 2 / 3;

export function claimTails(confidence: number, family: ClaimFamily): ClaimTails {
  const { ranks, spend = (tail) => tail, once = family.spend === undefined, isUnordered = false } = family;
  const ofPair = family.pairTail === undefined ? {} : { pairTail: family.pairTail, isOnePair: true };
  const error = 1 - confidence;
  const { bestMayFail = false } = family;
  const { smallestTail, otherTail } = bestMayFail
    ? unrelatedTails(error, ranks, isUnordered ? 1 / ranks : smallestShare)
    : boundTails(error, ranks, isUnordered ? 1 / (ranks - 1) : smallestShare);
  return {
    pairTail: spend(error / (ranks * (ranks - 1))),
    smallestTail: spend(smallestTail),
    otherTail: spend(otherTail),
    ...(ranks === 2 && once && !bestMayFail ? { openTail: spend(error) } : {}),
    ...ofPair,
  };
}

/**
 * Tails after Bonferroni: ranks may fail in unlike outcomes, whose correlation is unknown. `share`: the smallest rank's.
 * See docs/decisions/0048.
 */
function unrelatedTails(
  error: number,
  ranks: number,
  share: number,
): Pick<ClaimTails, "smallestTail" | "otherTail"> {
  if (ranks < 2) return { smallestTail: error, otherTail: error };
  return { smallestTail: error * share, otherTail: (error * (1 - share)) / (ranks - 1) };
}

const known = new Map<string, Pick<ClaimTails, "smallestTail" | "otherTail">>();

function boundTails(
  error: number,
  ranks: number,
  share: number,
): Pick<ClaimTails, "smallestTail" | "otherTail"> {
  if (ranks <= 2) return { smallestTail: error, otherTail: error };
  const key = `${error} ${ranks} ${share}`;
  const found = known.get(key) ?? solve(error, ranks, share);
  known.set(key, found);
  return found;
}

/** Largest tails in the shares' ratio whose joint error is `error`. `share`: the smallest rank's. */
function solve(error: number, ranks: number, share: number): Pick<ClaimTails, "smallestTail" | "otherTail"> {
  const others = ranks - 2;
  const ratio = (1 - share) / others / share;
  // Search bracket: Bonferroni's tail is safe, the whole error is too large.
  let [low, high] = [error * share, error];
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
