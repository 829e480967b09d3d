import { rankLimit } from "../model/lora.ts";
import { provenBytes } from "./not-counted.ts";
import type { TrainingOptions } from "./training.ts";

/** `may fit`: the bounds of the estimate lie on both sides of the budget, or what is not counted may decide. */
export type Fit = "fits" | "may fit" | "does not fit";

/** Options that can grow until a card is full. */
export type Growable = "rank" | "microBatch" | "seq";

/** Compares an estimate of `[lo, hi]` bytes with `budgetBytes`. */
export function fitOf([lo, hi]: readonly [lo: number, hi: number], budgetBytes: number): Fit {
  if (hi <= budgetBytes) return "fits";
  return lo <= budgetBytes ? "may fit" : "does not fit";
}

/** Ends the search if memory does not grow with the option; no training needs more. */
const LARGEST = 2 ** 30;

/**
 * Finds the largest value of `what` whose upper bound of the device's memory is within `budgetBytes`. It is null if even
 * 1 is not, if there is no rank, or if something that adds memory is not counted. A rank is at most the targets' limit, anything at most `limit`.
 *
 * Memory grows with each of the three, but for one step: 8-bit optimisers store tensors of fewer than 4096 elements in
 * fp32. If that matters, the answer still fits, and the next larger value does not.
 */
export function largestThatFits(
  options: TrainingOptions,
  budgetBytes: number,
  what: Growable,
  limit = LARGEST,
): number | null {
  if (what === "rank" && options.rank === null) return null;
  const fits = (value: number): boolean => {
    return provenBytes({ ...options, [what]: value })[1] <= budgetBytes;
  };
  const most = what === "rank" ? Math.min(limit, rankLimit(options.targets)) : limit;
  if (!fits(1)) return null;
  if (fits(most)) return most;
  let [fitting, failing] = [1, most];
  while (fitting * 2 < failing) {
    if (fits(fitting * 2)) fitting *= 2;
    else failing = fitting * 2;
  }
  while (failing - fitting > 1) {
    const middle = Math.floor((fitting + failing) / 2);
    if (fits(middle)) fitting = middle;
    else failing = middle;
  }
  return fitting;
}
