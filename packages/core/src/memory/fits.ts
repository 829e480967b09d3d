import { rankLimit } from "../model/lora.ts";
import { provenBytes } from "./not-counted.ts";
import { leastOf, type TrainingOptions } from "./training.ts";

/**
 * Fit of an estimate in a memory budget. `may fit`: lower and upper bound lie on both sides of the budget, or what is
 * not counted may decide.
 */
export type Fit = "fits" | "may fit" | "does not fit";

/** Options whose largest value that fits is sought. */
export type Growable = "rank" | "microBatch" | "seq";

export function fitOf([lo, hi]: readonly [lo: number, hi: number], budgetBytes: number): Fit {
  if (hi <= budgetBytes) return "fits";
  return lo <= budgetBytes ? "may fit" : "does not fit";
}

/** Largest value tried, for options on which memory does not depend. */
const LARGEST = 2 ** 30;

/**
 * Largest value for `what` whose upper bound is within `budgetBytes`. Null if not even the least fits, such as a length of
 * the images alone. Null also without a rank, and if something that adds memory is not counted. Ranks end at the targets'
 * limit. 8-bit optimisers store tensors below 4096 elements in fp32: near that step the answer fits, though a larger value may too.
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
  const least = leastOf(what, options);
  if (!fits(least)) return null;
  if (fits(most)) return most;
  let [fitting, failing] = [least, most];
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
