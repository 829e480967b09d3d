import { normalCdf, normalDensity } from "./normal.ts";

/**
 * P(all of `count` standard normals <= z) if each two have `correlation`, 0 to below 1. Differences of one value to
 * `count` independent others correlate by 1/2: ∫ φ(x) Φ((z + √ρ x) / √(1 − ρ))^count dx.
 *
 * Source: Dunnett, "A multiple comparison procedure for comparing several treatments with a control" (1955).
 */
export function jointNormalCdf(z: number, count: number, correlation: number): number {
  return mixed(correlation, (place) => normalCdf(place(z)) ** count);
}

/** P(some of the standard normals lies above its limit) if each two have `correlation`, as in `jointNormalCdf`. */
export function jointUpperTail(limits: readonly number[], correlation: number): number {
  return 1 - mixed(correlation, (place) => limits.reduce((all, z) => all * normalCdf(place(z)), 1));
}

/** ∫ φ(x) inner(z -> (z + √ρ x) / √(1 − ρ)) dx */
function mixed(correlation: number, inner: (place: (z: number) => number) => number): number {
  const step = 0.05;
  let sum = 0;
  for (let x = -9; x <= 9; x += step)
    sum +=
      normalDensity(x) * inner((z) => (z + Math.sqrt(correlation) * x) / Math.sqrt(1 - correlation)) * step;
  return sum;
}

/** The z with `jointNormalCdf` = `probability`, to six digits. */
export function jointNormalQuantile(probability: number, count: number, correlation: number): number {
  let [low, high] = [-9, 9];
  while (high - low > 1e-6) {
    const middle = (low + high) / 2;
    if (jointNormalCdf(middle, count, correlation) < probability) low = middle;
    else high = middle;
  }
  return high;
}
