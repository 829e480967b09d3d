import { normalCdf, normalQuantile } from "../statistics/normal.ts";
import { type PairwiseComparison, shortfallBound } from "./compare.ts";

/** Largest distance between bound and observed shortfall, in standard errors. */
const most = 8;

/**
 * Upper confidence bound on `rank`'s loss, for open verdicts.
 *
 * Two ranks without a supported difference have shown less than the threshold h. Among such verdicts the plain bound
 * fails too often; U holds, as for a normal mean whose estimate is truncated at h.
 *
 *     Φ((d − U) / σ) = α Φ((h − U) / σ), σ = w / z_α.
 *
 * d: observed shortfall; w, α: the plain bound's half-width and tail. The plain bound stays for three ranks or more,
 * and for races and probes.
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
  // Confidence 1/2 makes the bound a median, without a standard error.
  if (!(observed < halfWidth) || width === 0 || tail >= 0.5) return plain;
  const error = width / -normalQuantile(tail);
  return observed + error * cutQuantile(tail, (halfWidth - observed) / error);
}

/** Solves Φ(−x) = tail · Φ(cut − x) for x, from z at the tail up to `most`. */
function cutQuantile(tail: number, cut: number): number {
  let [low, high] = [-normalQuantile(tail), most];
  while (high - low > 1e-9) {
    const middle = (low + high) / 2;
    if (normalCdf(-middle) > tail * normalCdf(cut - middle)) low = middle;
    else high = middle;
  }
  return low;
}
