import { normalCdf, normalQuantile } from "../statistics/normal.ts";
import { type PairwiseComparison, shortfallBound } from "./compare.ts";

/** Most standard errors between a shortfall and its bound. */
const most = 8;

/**
 * Upper confidence bound of how much better any other rank is than `rank`, for verdicts that are not settled.
 *
 * A supported difference of two ranks settles the verdict, so an open one has shown less than the supported difference h.
 * Among such verdicts the plain bound fails more often than over all. The bound U holds among them.
 *
 *     Φ((d − U) / σ) = α Φ((h − U) / σ), σ = w / z_α.
 *
 * Here d is the shortfall that was observed, w the half-width of its plain bound, and α the tail of that. It is the bound of
 * a normal mean whose estimate was cut off at h. Of three ranks or more a supported difference leaves the others open. Looks of
 * a race and confirmations of a probe share the error. In both the plain bound stays.
 *
 * Source: Lee, Sun, Sun and Taylor, "Exact post-selection inference, with application to the lasso" (2016).
 */
export function openBound({ pairs, tails }: PairwiseComparison, rank: number): number {
  const plain = shortfallBound(pairs, rank);
  const [pair] = pairs;
  const { openTail: tail } = tails;
  if (pair === undefined || tail === undefined) return plain;
  const { first, fit, boundWidths, halfWidth } = pair;
  const [observed, width] = first === rank ? [0 - fit.mean, boundWidths[0]] : [fit.mean, boundWidths[1]];
  // At the confidence of one half the bound is a median, which shows no standard error.
  if (!(observed < halfWidth) || width === 0 || tail >= 0.5) return plain;
  const error = width / -normalQuantile(tail);
  return observed + error * cutQuantile(tail, (halfWidth - observed) / error);
}

/** Solves Φ(−x) = tail · Φ(cut − x) for x, which is at least z at the tail, and no more than `most`. */
function cutQuantile(tail: number, cut: number): number {
  let [low, high] = [-normalQuantile(tail), most];
  while (high - low > 1e-9) {
    const middle = (low + high) / 2;
    if (normalCdf(-middle) > tail * normalCdf(cut - middle)) low = middle;
    else high = middle;
  }
  return low;
}
