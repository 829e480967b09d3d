import { describe, expect, test } from "vitest";
import { isNightly } from "../../../../scripts/nightly.ts";
import { type SimulatedWorld, simulatedLogLosses, simulateOutcomes } from "../../src/decide/simulate.ts";
import { decide } from "../../src/index.ts";
import type { Decision, MetricName } from "../../src/schema/types.ts";

// The decision must hold its error rates over known truths. Each cell draws this many sweeps from fixed seeds, so a
// test gives the same count every time.
const sweeps = isNightly ? 400 : 100;

/** Most events that a true rate of at most `rate` shows in `trials` draws, but for three binomial standard errors. */
function atMost(rate: number, trials: number): number {
  return trials * rate + 3 * Math.sqrt(trials * rate * (1 - rate));
}

/** Few seeds and few examples, few seeds and many, more seeds; noise between runs from none to large. */
const allDesigns: [seeds: number, examples: number, rankSeedSd: number, rankExampleSd: number][] = [
  [2, 100, 0.4, 0.3],
  [3, 200, 0, 0],
  [5, 200, 0.1, 0.8],
  [3, 400, 0.5, 0.3],
  [6, 300, 0.25, 0.3],
];
const designs = isNightly ? allDesigns : allDesigns.slice(0, 3);

function drawn(
  world: SimulatedWorld,
  options: { metric: MetricName; margin: number },
  offset: number,
): Decision[] {
  return Array.from({ length: sweeps }, (_, i) => decide(simulateOutcomes(world, offset + i), options));
}

describe.each(["accuracy", "log-loss"] as const)("error rates on %s", (metric) => {
  test.each(designs)(
    "%d seeds, %d examples, noise %d and %d: equal ranks are called different in at most 5 %, and intervals cover the truth",
    (seeds, examples, rankSeedSd, rankExampleSd) => {
      const ranks = [4, 8, 32];
      const world = { ranks, accuracies: [0.85, 0.85, 0.85], seeds, examples, rankSeedSd, rankExampleSd };
      const truth = metric === "accuracy" ? 0.85 : simulatedLogLosses(world)[0]!;
      const decisions = drawn(world, { metric, margin: metric === "accuracy" ? 0.01 : 0.02 }, 1000);
      const isApart = ({ differenceInterval: [lo, hi] }: Decision["ranks"][number]): boolean =>
        lo > 0 || hi < 0;
      const different = decisions.filter(
        (decision) => decision.verdict === "extend" || decision.ranks.some(isApart),
      );
      expect(different.length).toBeLessThanOrEqual(atMost(0.05, sweeps));

      for (const index of ranks.keys()) {
        const missed = decisions.filter((decision) => {
          const summary = decision.ranks[index]!;
          const [lo, hi] = metric === "accuracy" ? summary.interval! : summary.logLossInterval!;
          return truth < lo || truth > hi;
        });
        expect(missed.length).toBeLessThanOrEqual(atMost(0.05, sweeps));
      }
    },
  );

  test.each(designs)(
    "%d seeds, %d examples, noise %d and %d: a rank worse by twice the margin is called adequate or provisional in at most 5 %",
    (seeds, examples, rankSeedSd, rankExampleSd) => {
      const world = {
        ranks: [4, 8, 32],
        accuracies: [0.83, 0.85, 0.85],
        seeds,
        examples,
        rankSeedSd,
        rankExampleSd,
      };
      const [worse, better] = simulatedLogLosses(world) as [number, number];
      const margin = metric === "accuracy" ? 0.01 : (worse - better) / 2;
      const wrong = drawn(world, { metric, margin }, 5000).filter(
        ({ verdict, rank }) => (verdict === "adequate" || verdict === "provisional") && rank === 4,
      );
      expect(wrong.length).toBeLessThanOrEqual(atMost(0.05, sweeps));
    },
  );
});

describe("power", () => {
  test("a design that can tell does tell: ten points apart are found, equal ranks are certified", () => {
    const noise = { seeds: 5, examples: 1500, rankSeedSd: 0.02, rankExampleSd: 0.1, exampleSd: 6 };
    const apart = drawn(
      { ranks: [4, 32], accuracies: [0.85, 0.95], ...noise },
      { metric: "accuracy", margin: 0.01 },
      1,
    );
    const equal = drawn(
      { ranks: [4, 32], accuracies: [0.95, 0.95], ...noise },
      { metric: "accuracy", margin: 0.01 },
      1,
    );
    expect(apart.filter(({ verdict, rank }) => verdict === "extend" && rank === 32).length).toBeGreaterThan(
      0.95 * sweeps,
    );
    expect(equal.filter(({ verdict, rank }) => verdict === "adequate" && rank === 4).length).toBeGreaterThan(
      0.8 * sweeps,
    );
  });
});
