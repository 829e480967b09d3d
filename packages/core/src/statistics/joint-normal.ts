import { normalCdf, normalDensity } from "./normal.ts";

/**
 * P(all of `count` standard normals <= z) where each two have `correlation`, 0 to below 1. Differences of one value to
 * `count` independent others correlate by 1/2: ∫ φ(x) Φ((z + √ρ x) / √(1 − ρ))^count dx.
 *
 * Source: Dunnett, "A multiple comparison procedure for comparing several treatments with a control" (1955).
 */
export function jointNormalCdf(z: number, count: number, correlation: number): number {
  const step = 0.05;
  let sum = 0;
  for (let x = -9; x <= 9; x += step) {
    const rest = (z + Math.sqrt(correlation) * x) / Math.sqrt(1 - correlation);
    sum += normalDensity(x) * normalCdf(rest) ** count * step;
  }
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
