export function normalDensity(z: number): number {
  return Math.exp(-0.5 * z * z) / Math.sqrt(2 * Math.PI);
}

/**
 * Normal distribution function, at full relative precision in both tails. Source: Marsaglia, "Evaluating the Normal
 * Distribution" (2004); Abramowitz and Stegun 26.2.14 for the tail.
 */
export function normalCdf(z: number): number {
  return z < 0 ? normalUpperTail(-z) : 1 - normalUpperTail(z);
}

function normalUpperTail(z: number): number {
  if (z < 2.5) {
    let term = z;
    let sum = z;
    for (let k = 3; Math.abs(term) > 1e-17 * Math.abs(sum); k += 2) {
      term *= (z * z) / k;
      sum += term;
    }
    return 0.5 - normalDensity(z) * sum;
  }
  let fraction = 0;
  // Continued fraction: fewer terms give all digits further out.
  for (let k = Math.ceil(300 / z); k >= 1; k--) fraction = k / (z + fraction);
  return normalDensity(z) / (z + fraction);
}

/** Normal quantile: Acklam's rational approximation (relative error 1.2e-9), then a Halley step on the tail. */
export function normalQuantile(probability: number): number {
  if (probability <= 0) return -Infinity;
  if (probability >= 1) return Infinity;
  // Small probabilities have more digits in the lower tail.
  if (probability > 0.5) return -normalQuantile(1 - probability);
  const start = acklam(probability);
  const error = (normalCdf(start) - probability) / normalDensity(start);
  return start - error / (1 + (start * error) / 2);
}

function acklam(p: number): number {
  if (p < 0.02425) {
    const q = Math.sqrt(-2 * Math.log(p));
    return polynomial(tailTop, q) / (polynomial(tailBottom, q) * q + 1);
  }
  const q = p - 0.5;
  const r = q * q;
  return (polynomial(centreTop, r) * q) / (polynomial(centreBottom, r) * r + 1);
}

function polynomial(coefficients: readonly number[], x: number): number {
  return coefficients.reduce((sum, coefficient) => sum * x + coefficient, 0);
}

const centreTop = [
  -39.69683028665376, 220.9460984245205, -275.9285104469687, 138.357751867269, -30.66479806614716,
  2.506628277459239,
];
const centreBottom = [
  -54.47609879822406, 161.5858368580409, -155.6989798598866, 66.80131188771972, -13.28068155288572,
];
const tailTop = [
  -0.007784894002430293, -0.3223964580411365, -2.400758277161838, -2.549732539343734, 4.374664141464968,
  2.938163982698783,
];
const tailBottom = [0.007784695709041462, 0.3224671290700398, 2.445134137142996, 3.754408661907416];

/**
 * P(all `count` standard normals <= z) at pairwise `correlation`, 0 to below 1: ∫ φ(x) Φ((z + √ρ x) / √(1 − ρ))^count
 * dx. Differences between a value and independent others correlate by 1/2. Source: Dunnett, "A multiple comparison
 * procedure for comparing several treatments with a control" (1955).
 */
export function jointNormalCdf(z: number, count: number, correlation: number): number {
  return mixed(correlation, (place) => normalCdf(place(z)) ** count);
}

export function jointUpperTail(limits: readonly number[], correlation: number): number {
  const distinct = [...new Set(limits)]; // of hundreds of ranks, all but one have equal limits
  const joint = mixed(correlation, (place) => {
    const shares = new Map(distinct.map((z) => [z, normalCdf(place(z))]));
    return limits.reduce((all, z) => all * shares.get(z)!, 1);
  });
  return 1 - joint;
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

/** Quantile z with `jointNormalCdf` = `probability`, to six digits. */
export function jointNormalQuantile(probability: number, count: number, correlation: number): number {
  let [low, high] = [-9, 9];
  while (high - low > 1e-6) {
    const middle = (low + high) / 2;
    if (jointNormalCdf(middle, count, correlation) < probability) low = middle;
    else high = middle;
  }
  return high;
}

/**
 * Expected maximum over `count` >= 1 standard normals: ∫ z · count · φ(z) · Φ(z)^(count - 1) dz. Source: David and
 * Nagaraja, "Order Statistics" (2003), section 3.1.
 */
export function expectedMaximum(count: number): number {
  const step = 0.05;
  let sum = 0;
  // Equal steps are exact: the integrand vanishes with all derivatives at both ends.
  for (let z = -9; z <= 9; z += step) {
    sum += z * count * normalDensity(z) * normalCdf(z) ** (count - 1) * step;
  }
  return count === 1 ? 0 : sum;
}

/**
 * Tails for a group-sequential test, by look. By look k, at information `times[k]` (ascending), at most the error
 * `spent[k]` is made. Looks share outcomes, so a tail exceeds its look's error. Computed from a Brownian motion's
 * density below the boundaries, on a grid.
 *
 * Source: Armitage, McPherson and Rowe (1969); Lan and DeMets, "Discrete sequential boundaries for clinical trials"
 * (1983).
 */
export function sequentialTails(times: readonly number[], spent: readonly number[]): number[] {
  // Motion at the last look: values, weights, densities.
  let places: number[] = [0];
  let weights: number[] = [1];
  const tails: number[] = [];
  times.forEach((time, k) => {
    const before = k === 0 ? 0 : times[k - 1]!;
    const step = Math.sqrt(time - before);
    const beyond = (limit: number): number =>
      places.reduce((sum, place, i) => sum + weights[i]! * normalCdf((place - limit) / step), 0);
    const share = spent[k]! - (k === 0 ? 0 : spent[k - 1]!);
    const sd = Math.sqrt(time);
    // A single look's boundary is an upper end.
    let [low, high] = [0, -normalQuantile(share) * sd];
    for (let i = 0; i < 50; i++) {
      const middle = (low + high) / 2;
      if (beyond(middle) > share) low = middle;
      else high = middle;
    }
    tails.push(normalCdf(-high / sd));
    const start = -8 * sd;
    const width = (high - start) / gridSteps;
    const next = Array.from({ length: gridSteps + 1 }, (_, i) => start + i * width);
    weights = next.map((place, i) => {
      const edge = i === 0 || i === gridSteps ? 1 : i % 2 === 1 ? 4 : 2;
      const density = places.reduce(
        (sum, from, j) => sum + weights[j]! * normalDensity((place - from) / step),
        0,
      );
      return ((edge * width) / 3 / step) * density;
    });
    places = next;
  });
  return tails;
}

const gridSteps = 240;

export interface Normal {
  readonly mean: number;
  readonly variance: number;
}

/** Quadrature: steps per narrowest standard deviation, and standard deviations covered. */
const stepsPerSd = 4;
const reach = 6;
const mostSteps = 1000;

/** Expected maximum over independent normals: high − ∫ ∏ P(each <= x) dx up to `high`, by Simpson's rule. */
export function expectedLargest(normals: readonly Normal[]): number {
  const known = Math.max(...normals.map(({ mean, variance }) => (variance === 0 ? mean : -Infinity)));
  const spread = normals.filter(({ variance }) => variance > 0);
  if (spread.length === 0) return known;
  const { high, points } = gridOf(spread, known);
  const below = points.reduce((sum, { x, weight }) => sum + weight * belowAll(spread, x), 0);
  return high - below;
}

/** Expected maximum over independent normals, and each normal's probability to be it: ∫ φ(x) ∏ P(others <= x) dx. */
export function largestOf(normals: readonly Normal[]): {
  readonly expected: number;
  readonly chances: readonly number[];
} {
  const { high, points } = gridOf(normals, -Infinity);
  const sds = normals.map(({ variance }) => Math.sqrt(variance));
  const chances = normals.map(() => 0);
  let below = 0;
  for (const { x, weight } of points) {
    const places = normals.map(({ mean }, i) => (x - mean) / sds[i]!);
    const shares = places.map(normalCdf);
    below += weight * product(shares, -1);
    for (const [i, z] of places.entries())
      chances[i]! += weight * (normalDensity(z) / sds[i]!) * product(shares, i);
  }
  return { expected: high - below, chances };
}

function product(factors: readonly number[], leftOut: number): number {
  return factors.reduce((all, factor, i) => (i === leftOut ? all : all * factor), 1);
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
