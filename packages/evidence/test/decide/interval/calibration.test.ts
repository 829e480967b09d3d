import { describe, expect, test } from "vitest";
import { seedThreshold, squaredWidth } from "../../../src/decide/interval/calibration.ts";
import { randomStream } from "../../../src/statistics/random.ts";
import { quantileOfUpperTail } from "../../../src/statistics/student-t.ts";

/** Share of drawn means whose interval misses 0, on either side: a known variance of 1, and one between seeds. */
function missed(seeds: number, tail: number, share: number, variance: number, draws: number): number {
  const { normal } = randomStream(1000 * seeds + 10 * share + variance);
  const width = squaredWidth({
    examplePart: 1 - share,
    residualPart: share,
    seedDf: seeds - 1,
    exampleFactor: quantileOfUpperTail(tail, 1e6),
    tail,
  });
  let misses = 0;
  for (let i = 0; i < draws; i++) {
    let square = 0;
    for (let s = 1; s < seeds; s++) square += normal() ** 2;
    const mean = Math.sqrt(1 + variance) * normal();
    if (mean * mean > width(((share + variance) * square) / (seeds - 1))) misses++;
  }
  return misses / draws;
}

const shares = [0, 0.3, 0.7, 1];
const variances = [0, 0.15, 0.6, 2.5, 10, 200];

describe("squaredWidth", () => {
  test.each([2, 3, 5, 10, 29, 30])(
    "with %d seeds leaves out at most its tails, whatever the seeds do (10,000 draws, three standard errors)",
    (seeds) => {
      for (const share of shares) {
        for (const variance of variances) {
          const rate = missed(seeds, 0.025, share, variance, 10_000);
          expect(rate, `${share} ${variance}`).toBeLessThan(0.05 + 3 * Math.sqrt((0.05 * 0.95) / 10_000));
        }
      }
    },
  );

  test.each([3, 5, 10])("with %d seeds covers at most 97 % where the seeds add nothing", (seeds) => {
    for (const share of shares) {
      expect(missed(seeds, 0.025, share, 0, 10_000), `${share}`).toBeGreaterThan(0.03);
    }
  });

  test("is far narrower than each noise with its own t where three seeds spread less than the residual alone does on average", () => {
    const t = quantileOfUpperTail(0.025, 2);
    const noise = {
      examplePart: 0.2,
      residualPart: 0.8,
      seedDf: 2,
      exampleFactor: 1.96,
      tail: 0.025,
    };
    expect(squaredWidth(noise)(0.3)).toBeLessThan(0.5 * (0.2 * 1.96 ** 2 + 0.8 * t ** 2));
  });

  test("is Student's where the seeds are all there is", () => {
    const t = quantileOfUpperTail(0.025, 2);
    const noise = {
      examplePart: 0,
      residualPart: 0,
      seedDf: 2,
      exampleFactor: 1.96,
      tail: 0.025,
    };
    expect(squaredWidth(noise)(0.3)).toBeCloseTo(0.3 * t * t, 12);
  });

  test("never shrinks as the seeds spread", () => {
    const width = squaredWidth({
      examplePart: 0.5,
      residualPart: 0.5,
      seedDf: 4,
      exampleFactor: 2.33,
      tail: 0.01,
    });
    for (let part = 0; part < 5; part += 0.01) expect(width(part + 0.01)).toBeGreaterThanOrEqual(width(part));
  });
});

describe("seedThreshold", () => {
  test("lies between those of the neighbouring eighths", () => {
    const [low, middle, high] = [0.5, 0.55, 0.625].map((share) => seedThreshold(5, 0.025, share)) as [
      number,
      number,
      number,
    ];
    expect(middle).toBeCloseTo(low + (0.05 / 0.125) * (high - low), 12);
  });
});
