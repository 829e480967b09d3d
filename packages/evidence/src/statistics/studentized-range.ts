import { normalCdf, normalDensity } from "./normal.ts";
import { chiDensity } from "./student-t.ts";

/**
 * Quantile q that a studentized range exceeds with probability `tail`, to about four digits. The range over `count`
 * standard normals is divided by an estimated standard deviation with `df` degrees of freedom, not always whole.
 *
 * Source: Tukey (1953); Copenhaver and Holland, "Computation of the distribution of the maximum studentized range
 * statistic" (1988).
 */
export function studentizedRangeQuantile(tail: number, count: number, df: number): number {
  const key = `${tail} ${count} ${df}`;
  const found = known.get(key) ?? solve(tail, count, df);
  known.set(key, found);
  return found;
}

const known = new Map<string, number>();

function solve(tail: number, count: number, df: number): number {
  const nodes = chiNodes(df);
  const beyond = (q: number): number =>
    nodes.reduce((sum, { scale, weight }) => sum + weight * rangeTail(q * scale, count), 0);
  let [low, high] = [0, 4];
  while (beyond(high) > tail) [low, high] = [high, 2 * high];
  while (high - low > 1e-6 * high) {
    const middle = (low + high) / 2;
    if (beyond(middle) > tail) low = middle;
    else high = middle;
  }
  return high;
}

/** Estimated standard deviations, relative to the true one, and their probabilities. */
function chiNodes(df: number): { readonly scale: number; readonly weight: number }[] {
  const steps = 200;
  // Root spacing is dense at small estimates, on which the tail depends.
  const top = Math.sqrt(Math.sqrt(df) + 8);
  return Array.from({ length: steps }, (_, i) => {
    const root = ((i + 0.5) * top) / steps;
    const chi = root * root;
    return { scale: chi / Math.sqrt(df), weight: (chiDensity(chi, df) * 2 * root * top) / steps };
  });
}

const step = 0.025;
/** Places on either side of 0, up to 9. */
const places = 360;

const tables = new Map<number, Float64Array>();

/** P(range over `count` standard normals > w), interpolated. */
function rangeTail(w: number, count: number): number {
  const table = tables.get(count) ?? rangeTails(count);
  tables.set(count, table);
  const place = w / step;
  const low = Math.floor(place);
  if (low + 1 >= table.length) return 0;
  return table[low]! + (place - low) * (table[low + 1]! - table[low]!);
}

/** P(range > w) = 1 − count ∫ φ(z) (Φ(z) − Φ(z − w))^(count − 1) dz, for w = 0, step, 2 step, …. */
function rangeTails(count: number): Float64Array {
  const cdf = Float64Array.from({ length: 2 * places + 1 }, (_, i) => normalCdf((i - places) * step));
  const density = cdf.map((_, i) => normalDensity((i - places) * step));
  return Float64Array.from({ length: places }, (_, shift) => {
    let below = 0;
    for (let i = 0; i < cdf.length; i++)
      below += density[i]! * (cdf[i]! - (cdf[i - shift] ?? 0)) ** (count - 1) * step;
    return Math.max(0, 1 - count * below);
  });
}
