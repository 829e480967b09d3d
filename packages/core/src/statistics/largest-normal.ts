import { normalCdf, normalDensity } from "./normal.ts";

/** A normal distribution; a variance of 0 is a known value. */
export interface Normal {
  readonly mean: number;
  readonly variance: number;
}

/** Quadrature: steps by standard deviation of the narrowest distribution, and standard deviations that are covered. */
const stepsPerSd = 4;
const reach = 6;
const mostSteps = 1000;

/**
 * Expected maximum of independent normals: high − ∫ ∏ P(each <= x) dx up to `high`, which none exceeds. By Simpson's
 * rule, from where all can lie.
 */
export function expectedLargest(normals: readonly Normal[]): number {
  const known = Math.max(...normals.map(({ mean, variance }) => (variance === 0 ? mean : -Infinity)));
  const spread = normals.filter(({ variance }) => variance > 0);
  if (spread.length === 0) return known;
  const { high, points } = gridOf(spread, known);
  const below = points.reduce((sum, { x, weight }) => sum + weight * belowAll(spread, x), 0);
  return high - below;
}

/** Probability of each of independent normals, none of them known, to be the largest: ∫ φ(x) ∏ P(others <= x) dx. */
export function chancesOfLargest(normals: readonly Normal[]): number[] {
  const { points } = gridOf(normals, -Infinity);
  return normals.map((one, index) => {
    const others = normals.toSpliced(index, 1);
    const sd = Math.sqrt(one.variance);
    return points.reduce((sum, { x, weight }) => {
      const density = normalDensity((x - one.mean) / sd) / sd;
      return sum + weight * density * belowAll(others, x);
    }, 0);
  });
}

function belowAll(normals: readonly Normal[], x: number): number {
  return normals.reduce((all, { mean, variance }) => all * normalCdf((x - mean) / Math.sqrt(variance)), 1);
}

function gridOf(normals: readonly Normal[], known: number) {
  const sds = normals.map(({ variance }) => Math.sqrt(variance));
  const low = Math.max(known, ...normals.map(({ mean }, i) => mean - reach * sds[i]!));
  const high = Math.max(low, ...normals.map(({ mean }, i) => mean + reach * sds[i]!));
  const halves = Math.ceil((stepsPerSd * (high - low)) / Math.min(...sds) / 2);
  const steps = 2 * Math.min(mostSteps / 2, Math.max(1, halves));
  const step = (high - low) / steps;
  const points = Array.from({ length: steps + 1 }, (_, i) => {
    const factor = i === 0 || i === steps ? 1 : i % 2 === 1 ? 4 : 2;
    return { x: low + i * step, weight: (factor * step) / 3 };
  });
  return { high, points };
}
