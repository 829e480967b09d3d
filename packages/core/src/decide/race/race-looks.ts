/** When a race looks at its outcomes, and the part of the error that it spends there. */
export interface PlannedLook {
  /** Seeds that every rank in play has then run. */
  readonly seeds: number;
  /** All shares of a race sum to 1. */
  readonly share: number;
}

/** Fewest seeds worth a look: with two, one degree of freedom makes every interval useless. */
const firstLook = 3;

/**
 * The looks of a race over `seeds` seeds, which are known before it starts: at 3 seeds, at half and at seven tenths of the seeds, and at
 * the end. A race of 5 to 7 seeds has the first and the last, a shorter one the last alone.
 */
export function raceLooks(seeds: number): readonly PlannedLook[] {
  if (seeds < 5) return [{ seeds, share: 1 }];
  if (seeds < 8) return planned([firstLook, seeds], [0.1, 0.9]);
  return planned(
    [firstLook, Math.round(0.5 * seeds), Math.round(0.7 * seeds), seeds],
    [0.02, 0.06, 0.12, 0.8],
  );
}

/**
 * The shares grow, because the looks do so in what they can show, and most of the error is kept for the last: what the early
 * looks spend it would miss on the way to a verdict. See docs/verdict-study.md for others that were tried.
 */
function planned(counts: readonly number[], shares: readonly number[]): PlannedLook[] {
  return counts.map((seeds, index) => ({ seeds, share: shares[index]! }));
}
