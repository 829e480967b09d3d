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
 * The looks of a race over `seeds` seeds, known before it starts: at 3 seeds, near one half and three quarters of the seeds, and at the
 * end. A race of fewer than 5 seeds has the last alone.
 */
export function raceLooks(seeds: number): readonly PlannedLook[] {
  const early =
    seeds < 5 ? [] : seeds < 8 ? [firstLook] : [firstLook, Math.round(seeds / 2), Math.round(0.75 * seeds)];
  const counts = [...early, seeds];
  const shares = sharesOf[counts.length]!;
  return counts.map((count, index) => ({ seeds: count, share: shares[index]! }));
}

/** By the number of looks. */
const sharesOf: Readonly<Record<number, readonly number[]>> = {
  1: [1],
  2: [0.2, 0.8],
  4: [0.05, 0.15, 0.2, 0.6],
};
