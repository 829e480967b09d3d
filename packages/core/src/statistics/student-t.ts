import { incompleteBeta, logGamma } from "./incomplete-beta.ts";
import { normalQuantile } from "./normal.ts";

/**
 * P(T > t) for Student's t with `df` > 0 degrees of freedom (need not be whole), for t >= 0. It is I_x(df / 2, 1 / 2) /
 * 2 with x = df / (df + t²).
 * Source: Abramowitz and Stegun 26.7.1.
 */
export function upperTail(t: number, df: number): number {
  return incompleteBeta(df / (df + t * t), df / 2, 0.5) / 2;
}

/** The t >= 0 with P(T > t) = `tail`, for 0 < tail <= 0.5. */
export function quantileOfUpperTail(tail: number, df: number): number {
  if (tail === 0.5) return 0;
  if (df > 1000) return expandedQuantile(-normalQuantile(tail), df);
  // Student's tails are heavier than the normal ones, so the normal quantile is a lower end.
  let low = -normalQuantile(tail);
  let high = Infinity;
  let t = low;
  // Newton's method on log P against log t, which is nearly straight both for heavy and for light tails.
  for (let i = 0; i < 100; i++) {
    const upper = upperTail(t, df);
    if (upper > tail) low = Math.max(low, t);
    else high = Math.min(high, t);
    const step = (upper * Math.log(upper / tail)) / (t * density(t, df));
    const next = t * Math.exp(step);
    if (Math.abs(next - t) <= 1e-12 * t) return next;
    t = next > low && next < high ? next : high === Infinity ? 2 * t : (low + high) / 2;
  }
  return t;
}

/**
 * The quantile as the normal one plus a series in 1 / df; beyond 1,000 degrees of freedom it is exact to 11 digits.
 * Source: Abramowitz and Stegun 26.7.5.
 */
function expandedQuantile(z: number, df: number): number {
  const s = z * z;
  const g1 = (z * (s + 1)) / 4;
  const g2 = (z * ((5 * s + 16) * s + 3)) / 96;
  const g3 = (z * (((3 * s + 19) * s + 17) * s - 15)) / 384;
  const g4 = (z * ((((79 * s + 776) * s + 1482) * s - 1920) * s - 945)) / 92_160;
  return z + (g1 + (g2 + (g3 + g4 / df) / df) / df) / df;
}

function density(t: number, df: number): number {
  const logScale = logGamma((df + 1) / 2) - logGamma(df / 2) - 0.5 * Math.log(df * Math.PI);
  return Math.exp(logScale - ((df + 1) / 2) * Math.log1p((t * t) / df));
}
