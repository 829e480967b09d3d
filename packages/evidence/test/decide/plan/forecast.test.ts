import { expect, test } from "vitest";
import { drawScores, scoreWorlds } from "../../../bench/pilot-draws.ts";
import { shortfallBound } from "../../../src/decide/compare.ts";
import { compareScores } from "../../../src/decide/compare-scores.ts";
import { forecastOf, type Pilot } from "../../../src/decide/plan/forecast.ts";
import { neededFor } from "../../../src/decide/plan/needed.ts";
import { powerAt } from "../../../src/decide/plan/plan.ts";
import { scoreDesign } from "../../../src/decide/score-design.ts";

const noise = { example: 0.006, residual: 0.12 };
const seedVariance = 0.0001;
const pilot: Pilot = {
  ...noise,
  ...{ seeds: 5, examples: 800, groupSize: 1, ranks: 2, unit: 1, differing: 0.2, tail: 0.05 },
  df: 1e5,
  rivals: [{ seedSquare: 800 * seedVariance + noise.residual }],
};
const chanceOf = (one: Pilot, size: { seeds: number; examples: number }, margin: number): number => {
  const { isWithin } = forecastOf(one);
  const shares = Array.from({ length: 400 }, (_, i) => (i + 1) / 400);
  return Math.max(0, ...shares.filter((share) => isWithin(size, share, margin)));
};

test("with a noise that is known the chance is that of the quadrature", () => {
  const { tail, unit, differing } = pilot;
  for (const size of [
    { seeds: 6, examples: 800 },
    { seeds: 12, examples: 800 },
    { seeds: 8, examples: 5000 },
  ]) {
    for (const margin of [0.01, 0.015, 0.02]) {
      const components = { ...noise, seed: seedVariance };
      const power = powerAt(margin, { ...size, components, ranks: 2, tail, unit, differing });
      // Two standard errors of 400 draws are at most 0.05.
      expect(Math.abs(chanceOf(pilot, size, margin) - power)).toBeLessThan(0.05);
    }
  }
});

test("the less the noise is known, the wider the forecast", () => {
  const margins = [1e5, 10, 4, 2].map((df) =>
    forecastOf({ ...pilot, df }).boundAt({ seeds: 12, examples: 800 }, 0.8),
  );
  expect(margins).toEqual(margins.toSorted((a, b) => a - b));
});

test("a margin that is the bound at a power is within it, and one that is smaller is not", () => {
  const { boundAt, isWithin } = forecastOf({ ...pilot, df: 4 });
  for (const power of [0.5, 0.8, 0.95]) {
    const size = { seeds: 9, examples: 1200 };
    const bound = boundAt(size, power);
    expect(isWithin(size, power, bound)).toBe(true);
    expect(isWithin(size, power, bound * (1 - 1e-12))).toBe(false);
  }
});

test("a larger sweep goes on from what the pilot has shown", () => {
  const [behind, equal, ahead] = [-0.01, 0, 0.01].map((advantage) => ({
    ...pilot,
    rivals: [{ ...pilot.rivals[0]!, advantage }],
  }));
  const size = { seeds: 8, examples: 800 };
  const chances = [behind!, equal!, ahead!].map((one) => chanceOf(one, size, 0.012));
  expect(chances).toEqual(chances.toSorted((a, b) => a - b));
  // Far beyond the pilot its luck hardly counts.
  const far = [behind!, ahead!].map((one) => chanceOf(one, { seeds: 400, examples: 400_000 }, 0.0015));
  expect(Math.abs(far[0]! - far[1]!)).toBeLessThan(0.05);
});

// Three seeds know the noise between seeds badly. The number that they name has to be kept on average over pilots all the same.
test.each(["scores", "scores, last noisy"])(
  "the seeds that pilots of three seeds name certify in 75 to 95 %%: %s",
  (name) => {
    const world = scoreWorlds.find((one) => one.name === name)!;
    const margin = 0.015;
    const settings = { metric: "higher:score", margin, confidence: 0.95, power: 0.8 } as const;
    const compared = (seeds: number, course: Parameters<typeof drawScores>[3]) =>
      compareScores(scoreDesign(drawScores(world, [0.85, 0.85, 0.85, 0.85], seeds, course)), settings, {
        ...{ error: 0, examples: undefined, share: 1 },
      });
    const isCertified = ({ pairs }: ReturnType<typeof compared>): boolean =>
      shortfallBound(pairs, 4) <= margin;
    let [named, kept] = [0, 0];
    for (let sweep = 0; sweep < 100; sweep++) {
      const course = { sweep, pilotSeeds: 3, continuation: 0 };
      const pilotRuns = compared(3, course);
      if (isCertified(pilotRuns)) continue;
      const { onlySeeds } = neededFor(pilotRuns, [4, 8, 16, 32], margin)!;
      named++;
      if (isCertified(compared(onlySeeds!, { ...course, continuation: 1 }))) kept++;
    }
    expect(named).toBeGreaterThan(50);
    expect(kept / named).toBeGreaterThanOrEqual(0.75);
    expect(kept / named).toBeLessThanOrEqual(0.95);
  },
);
