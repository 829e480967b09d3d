import { normalCdf, normalDensity } from "./normal.ts";

/**
 * Expected largest of `count` >= 1 independent standard normals: ∫ z · count · φ(z) · Φ(z)^(count - 1) dz.
 *
 * Source: David and Nagaraja, "Order Statistics" (2003), section 3.1.
 */
export function expectedMaximum(count: number): number {
  const step = 0.05;
  let sum = 0;
  // The integrand vanishes with all derivatives at both ends, so equal steps are as exact as any.
  for (let z = -9; z <= 9; z += step) {
    sum += z * count * normalDensity(z) * normalCdf(z) ** (count - 1) * step;
  }
  return count === 1 ? 0 : sum;
}
