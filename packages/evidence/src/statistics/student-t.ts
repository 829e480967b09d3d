import { variance } from "./averages.ts";
import { normalQuantile } from "./normal.ts";

/** P(T > t) = I_x(df / 2, 1 / 2) / 2 for t >= 0, x = df / (df + t²). Source: Abramowitz and Stegun 26.7.1. */
export function upperTail(t: number, df: number): number {
  return incompleteBeta(df / (df + t * t), df / 2, 0.5) / 2;
}

/** Quantile t >= 0 with P(T > t) = `tail`, for 0 < tail <= 0.5. */
export function quantileOfUpperTail(tail: number, df: number): number {
  if (tail === 0.5) return 0;
  if (df > 1000) return expandedQuantile(-normalQuantile(tail), df);
  // Lower end of the search: Student's tails are heavier than normal tails.
  let low = -normalQuantile(tail);
  let high = Infinity;
  let t = low;
  // Newton's method on log P against log t, which is nearly straight.
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

/** Series in 1 / df around the normal quantile; 11 digits beyond df = 1,000. Source: Abramowitz and Stegun 26.7.5. */
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

/** Chi density at `x` >= 0. */
export function chiDensity(x: number, df: number): number {
  if (x === 0) return df === 1 ? Math.sqrt(2 / Math.PI) : 0;
  return Math.exp((1 - df / 2) * Math.LN2 + (df - 1) * Math.log(x) - (x * x) / 2 - logGamma(df / 2));
}

/** log Γ(x) for x > 0, to about 15 digits. Source: Lanczos, g = 7, nine coefficients (Godfrey, 2001). */
export function logGamma(x: number): number {
  const shifted = x - 1;
  let sum = lanczos[0]!;
  for (let i = 1; i < lanczos.length; i++) sum += lanczos[i]! / (shifted + i);
  const t = shifted + 7.5;
  return 0.5 * Math.log(2 * Math.PI) + (shifted + 0.5) * Math.log(t) - t + Math.log(sum);
}

const lanczos = [
  0.99999999999980993, 676.5203681218851, -1259.1392167224028, 771.32342877765313, -176.61502916214059,
  12.507343278686905, -0.13857109526572012, 9.9843695780195716e-6, 1.5056327351493116e-7,
];

/**
 * Regularised incomplete beta function I_x(a, b). Source: NIST Digital Library of Mathematical Functions, 8.17.22
 * (continued fraction), by Lentz's method.
 */
export function incompleteBeta(x: number, a: number, b: number): number {
  if (x <= 0) return 0;
  if (x >= 1) return 1;
  const front = Math.exp(logGamma(a + b) - logGamma(a) - logGamma(b) + a * Math.log(x) + b * Math.log1p(-x));
  // The fraction converges fast only left of the mean; the other side mirrors it.
  return x < (a + 1) / (a + b + 2)
    ? (front * betaFraction(x, a, b)) / a
    : 1 - (front * betaFraction(1 - x, b, a)) / b;
}

function betaFraction(x: number, a: number, b: number): number {
  const tiny = 1e-300;
  let c = 1;
  let d = 1 / guard(1 - ((a + b) * x) / (a + 1), tiny);
  let result = d;
  // About √max(a, b) terms are needed: enough for a hundred million degrees of freedom.
  for (let m = 1; m <= 20_000; m++) {
    const even = (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m));
    d = 1 / guard(1 + even * d, tiny);
    c = guard(1 + even / c, tiny);
    result *= c * d;
    const odd = (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1));
    d = 1 / guard(1 + odd * d, tiny);
    c = guard(1 + odd / c, tiny);
    const step = c * d;
    result *= step;
    if (Math.abs(step - 1) < 1e-15) break;
  }
  return result;
}

function guard(value: number, tiny: number): number {
  return Math.abs(value) < tiny ? tiny : value;
}

/** Half-width of Student's interval of a mean. @param least smallest variance of a value, such as that of rounding. */
export function halfWidthOfMean(values: readonly number[], tail: number, least: number): number {
  const error = Math.sqrt(Math.max(variance(values), least) / values.length);
  return error * quantileOfUpperTail(tail, values.length - 1);
}
