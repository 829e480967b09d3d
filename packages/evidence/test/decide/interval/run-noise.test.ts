import { describe, expect, test } from "vitest";
import { compareScores } from "../../../src/decide/compare-scores.ts";
import { noiseOfPairs } from "../../../src/decide/interval/run-noise.ts";
import { type ScoredRun, scoreDesign } from "../../../src/decide/score-design.ts";
import { randomStream } from "../../../src/statistics/random.ts";

const apart = () => ({ count: 0, correlation: 0 });
const dfOf = (...ranks: Parameters<typeof noiseOfPairs>[0]): number => noiseOfPairs(ranks, apart)[0]!.df;

describe("degrees of freedom of runs that share no seeds", () => {
  test("are Welch's for equal run counts, rounded down", () => {
    // (1 + 9)² / ((1² + 9²) / 2) = 2.44
    expect(dfOf({ runs: 3, variance: 1 }, { runs: 3, variance: 9 })).toBe(2.4);
    expect(dfOf({ runs: 3, variance: 4 }, { runs: 3, variance: 4 })).toBe(4);
  });

  test("are at most those of equal variances for unlike run counts", () => {
    // (1/5 + 1/2)² / ((1/5)² / 4 + (1/2)² / 1) = 1.88; Welch's are 4.05 for two runs that are alike by luck.
    expect(dfOf({ runs: 5, variance: 4 }, { runs: 2, variance: 0.01 })).toBe(1.8);
    // Two runs that differ much have Welch's one degree of freedom.
    expect(dfOf({ runs: 5, variance: 0.01 }, { runs: 2, variance: 4 })).toBe(1);
  });
});

test("equal ranks of which a noisy one has the fewest runs are said to differ in at most 6 of 100 tables", () => {
  const { normal } = randomStream(3);
  const tables = 400;
  const settings = { metric: "accuracy" as const, margin: 0.01, confidence: 0.95 };
  const noise = { error: 0, examples: undefined, share: 1 };
  let wrong = 0;
  for (let table = 0; table < tables; table++) {
    const runs = Array.from({ length: 8 }, (_, rank) =>
      Array.from({ length: 5 - (rank % 4) }, (): ScoredRun => {
        const spread = rank % 4 === 3 ? 0.03 : 0.01;
        return { rank: rank + 1, score: 0.8 + spread * normal() };
      }),
    ).flat();
    if (compareScores(scoreDesign(runs), settings, noise).pairs.some(({ supported }) => supported)) wrong++;
  }
  expect(wrong / tables).toBeLessThan(0.06);
});
