import { normalCdf, normalQuantile } from "../../statistics/normal.ts";
import { chiDensity, quantileOfUpperTail } from "../../statistics/student-t.ts";

/** Degrees of freedom from which no calibration is needed: t is nearly normal. */
const enoughDf = 29;
/** Grid steps for the residual's share in the known variance; thresholds between are interpolated. */
const shareSteps = 8;
/** True seed variances, relative to the known variance, at which the error rate must hold. */
const seedVariances = [0, 0.05, 0.1, 0.2, 0.35, 0.5, 0.75, 1, 1.5, 2, 3, 5, 8, 15, 30];

export interface KnownNoise {
  /** Variance component of examples, divided by n examples. */
  readonly examplePart: number;
  /** Variance component of the residual, divided by S·n (seeds times examples). */
  readonly residualPart: number;
  /** Degrees of freedom between seeds; 0 with a single seed. */
  readonly seedDf: number;
  /** Student's t quantile at the examples' degrees of freedom. */
  readonly exampleFactor: number;
  readonly tail: number;
}

/**
 * Squared half-width with `tail` on each side, by the seeds' mean square over S·n. Known variance: K = examplePart +
 * residualPart.
 *
 *     max( f² z² K,  min( z² examplePart + t² seedPart,  f² z² K + 2 t² (seedPart - φ K) ) ).
 *
 * Far from the floor: Student's interval over seeds plus the examples' part. Near it: the interval for examples and
 * residual. Student's t with two degrees of freedom (4.3) would waste a variance known from thousands of outcomes.
 * `seedThreshold` φ is the largest that keeps the error for every true variance between seeds.
 */
export function squaredWidth(noise: KnownNoise): (seedPart: number) => number {
  const { examplePart, residualPart, seedDf, exampleFactor, tail } = noise;
  const known = examplePart + residualPart;
  if (seedDf === 0) return () => exampleFactor ** 2 * known;
  const share = known > 0 ? residualPart / known : 0;
  const floor = floorFactor(seedDf, share) ** 2 * exampleFactor ** 2 * known;
  const examples = exampleFactor ** 2 * examplePart;
  const t2 = seedFactor(seedDf, tail) ** 2;
  if (seedDf >= enoughDf) return (seedPart) => Math.max(floor, examples + t2 * seedPart);
  const threshold = known > 0 ? seedThreshold(seedDf, tail, share) * known : 0;
  return (seedPart) =>
    Math.max(floor, Math.min(examples + t2 * seedPart, floor + 2 * t2 * (seedPart - threshold)));
}

const factors = new Map<string, number>();

/** Student's t quantile; 0 without degrees of freedom. */
export function seedFactor(df: number, tail: number): number {
  if (df === 0) return 0;
  const key = `${df} ${tail}`;
  const known = factors.get(key);
  if (known !== undefined) return known;
  const found = quantileOfUpperTail(tail, df);
  factors.set(key, found);
  return found;
}

/** Factor on the normal quantile z for the narrowest allowed interval; coverage with few seeds stays below 97 %. */
function floorFactor(df: number, share: number): number {
  return 1 - share * Math.min(0.25, 1 / df);
}

const thresholds = new Map<string, number>();

/** Threshold φ in `squaredWidth`, by the residual's `share` in the known variance; linear between cached eighths. */
export function seedThreshold(df: number, tail: number, share: number): number {
  const place = Math.min(1, Math.max(0, share)) * shareSteps;
  const low = Math.min(shareSteps - 1, Math.floor(place));
  const at = (step: number): number => {
    const key = `${df} ${tail} ${step}`;
    const known = thresholds.get(key);
    if (known !== undefined) return known;
    const found = calibrate(df, tail, step / shareSteps);
    thresholds.set(key, found);
    return found;
  };
  const weight = place - low;
  return weight === 0 ? at(low) : (1 - weight) * at(low) + weight * at(low + 1);
}

/** Largest threshold at which no true variance between seeds makes the error exceed `tail`. */
function calibrate(df: number, tail: number, share: number): number {
  const t = seedFactor(df, tail);
  const z = -normalQuantile(tail);
  const nodes = seedNodes(df);
  const holds = (threshold: number): boolean =>
    seedVariances.every((variance) => missRate({ df, share, variance, threshold, t, z, nodes }) <= tail);
  // Lower end: threshold 0 is safe, as intervals are wider than Student's exact interval.
  let low = 0;
  let high = 1.5;
  while (high - low > 0.004 * high) {
    const middle = (low + high) / 2;
    if (holds(middle)) low = middle;
    else high = middle;
    if (high < 1e-4) break;
  }
  return low;
}

interface MissRateInputs {
  readonly df: number;
  readonly share: number;
  /** True variance between seeds over S, relative to the known variance. */
  readonly variance: number;
  readonly threshold: number;
  readonly t: number;
  readonly z: number;
  readonly nodes: readonly SeedNode[];
}

/** Probability that the interval lies wholly above the true mean. */
function missRate({ df, share, variance, threshold, t, z, nodes }: MissRateInputs): number {
  const floor = (floorFactor(df, share) * z) ** 2;
  let rate = 0;
  for (const { square, weight } of nodes) {
    const seedPart = (share + variance) * square;
    const student = z * z * (1 - share) + t * t * seedPart;
    const near = floor + 2 * t * t * (seedPart - threshold);
    const width2 = Math.max(floor, Math.min(student, near)) / (1 + variance);
    rate += weight * upperTail(Math.sqrt(width2));
  }
  return rate;
}

const tailStep = 1 / 256;
/** Table of P(Z > z) by steps of z to 8; computed at the first use. */
let tailTable: Float64Array | undefined;

/** P(Z > z) for z >= 0 to four digits, from a table, since a calibration needs thousands. */
function upperTail(z: number): number {
  tailTable ??= Float64Array.from({ length: 8 / tailStep + 1 }, (_, i) => normalCdf(-i * tailStep));
  const place = z / tailStep;
  const low = Math.floor(place);
  if (low + 1 >= tailTable.length) return 0;
  return tailTable[low]! + (place - low) * (tailTable[low + 1]! - tailTable[low]!);
}

interface SeedNode {
  /** Mean square relative to the expectation: chi² / df. */
  readonly square: number;
  readonly weight: number;
}

/** Simpson's rule over the chi distribution, finer near 0. */
function seedNodes(df: number): SeedNode[] {
  const steps = 64;
  const top = Math.sqrt(df) + 5;
  return Array.from({ length: steps + 1 }, (_, i) => {
    const u = i / steps;
    const chi = top * u * u;
    const simpson = i === 0 || i === steps ? 1 : i % 2 === 1 ? 4 : 2;
    return { square: (chi * chi) / df, weight: (simpson * chiDensity(chi, df) * 2 * top * u) / (3 * steps) };
  });
}
