import { randomStream, shuffled } from "../../statistics/random.ts";
import { chiDensity, quantileOfUpperTail } from "../../statistics/student-t.ts";
import { squaredWidth } from "../interval/calibration.ts";
import { moderatedDf, unseenRate, unseenSquare } from "../interval/half-width.ts";

export interface Pilot {
  readonly seeds: number;
  readonly examples: number;
  readonly groupSize: number;
  readonly ranks: number;
  readonly df: number;
  readonly unit: number;
  /** Share of the units that show a difference, 0 to 1. */
  readonly differing: number;
  readonly tail: number;
  readonly example: number;
  readonly residual: number;
  readonly rivals: readonly Rival[];
}

export interface Rival {
  readonly advantage?: number;
  readonly seedSquare: number;
}

export interface Size {
  readonly seeds: number;
  readonly examples: number;
}

/** Follow-ups drawn: a probability of 0.8 within 2 % (standard error). */
const draws = 400;
/** Index of the low noise, ascending in χ²: nine tenths are higher. */
const lowNoise = Math.floor(0.9 * draws);

/**
 * Forecasts the bound on the rank's loss in a larger sweep, if these ranks are equal. Returns possible bounds,
 * ascending: the share within a margin is the probability of a certificate.
 *
 * Mean square A with `df` degrees of freedom leaves A df / χ² possible, at least the residual. `low`: the tenth
 * percentile.
 *
 * A larger sweep contains the pilot, with mean d and variance V. Its mean is normal around d V' / V with variance V' (1
 * − V' / V). A design that is not larger is drawn around 0. Deterministic: fixed seed.
 */
export function forecastOf(
  pilot: Pilot,
  noise: "possible" | "low" = "possible",
): (size: Size) => Float64Array {
  const { df, ranks, rivals, example, residual, groupSize, unit, differing, tail } = pilot;
  const random = randomStream(1);
  const all = inverseFactors(df);
  const factors = noise === "low" ? all.map(() => all[lowNoise]!) : shuffled(all, random.uniform);
  const spreads = Array.from({ length: draws }, random.normal);
  const common = Array.from({ length: draws }, random.normal);
  const own = rivals.map(() => Array.from({ length: draws }, random.normal));
  const variance = (seed: number, { seeds, examples }: Size): number =>
    seed / seeds + example / examples + residual / (seeds * examples);

  return (size) => {
    const { seeds, examples } = size;
    const units = examples / groupSize;
    const seedDf = dfAt(pilot, seeds);
    const width = squaredWidth({
      examplePart: example / examples,
      residualPart: residual / (seeds * examples),
      seedDf,
      exampleFactor: quantileOfUpperTail(tail, units - 1),
      tail,
    });
    const unseen = unseenSquare(unit, unseenRate(units, tail), differing * units);
    const goesOn = rivals[0]?.advantage !== undefined && seeds >= pilot.seeds && examples >= pilot.examples;
    const before = goesOn ? (pilot.seeds - 1) / (seeds - 1) : 0;
    const laterDf = (1 - before) * seedDf;
    const bounds = new Float64Array(draws);
    for (let draw = 0; draw < draws; draw++) {
      const factor = factors[draw]!;
      const later = (1 - before) * meanSquare(spreads[draw]!, laterDf);
      let bound = -Infinity;
      for (let r = 0; r < rivals.length; r++) {
        const { advantage = 0, seedSquare } = rivals[r]!;
        const possible = Math.max(residual, seedSquare * factor);
        const seed = (possible - residual) / pilot.examples;
        const after = variance(seed, size);
        const now = variance(seed, pilot);
        const share = !goesOn ? 0 : now > 0 ? after / now : 1;
        const shift = (common[draw]! - own[r]![draw]!) / Math.SQRT2;
        const mean = share * advantage + Math.sqrt(Math.max(0, after * (1 - share))) * shift;
        const earlier = possible > 0 ? (before * seedSquare) / possible : 0;
        const seedPart = ((seed + residual / examples) * (earlier + later)) / seeds;
        bound = Math.max(bound, Math.sqrt(width(seedPart) + unseen) - mean);
      }
      bounds[draw] = bound;
    }
    return bounds.sort();
  };

  function dfAt({ seeds: observed }: Pilot, seeds: number): number {
    const share = Math.min(1, df / moderatedDf(observed, ranks));
    return Math.max(seeds - 1, Math.floor(2 * share * moderatedDf(seeds, ranks)) / 2);
  }
}

/** Mean square over its expectation, from a standard normal (Wilson and Hilferty, 1931). */
function meanSquare(normal: number, df: number): number {
  if (df === 0) return 1;
  const third = 2 / (9 * df);
  return Math.max(0, 1 - third + normal * Math.sqrt(third)) ** 3;
}

function inverseFactors(df: number): number[] {
  const steps = 1000;
  const low = Math.max(0, Math.sqrt(df) - 6);
  const step = (Math.sqrt(df) + 6 - low) / steps;
  const factors: number[] = [];
  let below = 0;
  for (let i = 0; factors.length < draws; i++) {
    const chi = low + (i + 0.5) * step;
    below += chiDensity(chi, df) * step;
    while (factors.length < draws && (i >= steps || below >= (factors.length + 0.5) / draws))
      factors.push(df / chi ** 2);
  }
  return factors;
}
