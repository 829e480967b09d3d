import { describe, expect, test } from "vitest";
import { decideRace } from "../../src/decide/race/decide-race.ts";
import { simulateOutcomes } from "../../src/decide/simulate.ts";
import type { Decision } from "../../src/results/types.ts";

const sweeps = 200;
const ranks = [4, 8, 32];
// Three binomial standard errors above 5 % of the sweeps.
const most = sweeps * 0.05 + 3 * Math.sqrt(sweeps * 0.05 * 0.95);

/** Few seeds and many: two looks and four. Noise between runs from none to large. */
const designs: [seeds: number, examples: number, rankSeedSd: number][] = [
  [5, 200, 0.4],
  [10, 200, 0.1],
  [10, 400, 0],
];

function raced(
  accuracies: readonly number[],
  [seeds, examples, rankSeedSd]: (typeof designs)[number],
): Decision[] {
  return Array.from({ length: sweeps }, (_, i) => {
    const outcomes = simulateOutcomes({ ranks, accuracies, seeds, examples, rankSeedSd }, 9000 + i);
    // A race that is never given up makes the most claims.
    return decideRace(outcomes, { ranks, seeds: outcomes.seeds, leastPromise: 0 });
  });
}

/** Signs of the differences that a race claims: those that it drops ranks for, and those of its last look. */
function claimedDifferences({ race, pairs = [] }: Decision): number {
  const drops = race!.looks.flatMap(({ dropped }) => dropped);
  return drops.length + pairs.filter(({ interval: [low, high] }) => low > 0 || high < 0).length;
}

describe("error rates of races", () => {
  test.each(designs)(
    "%d seeds, %d examples, noise %d: equal ranks are called different in at most 5 %",
    (...design) => {
      const different = raced([0.85, 0.85, 0.85], design).filter(
        (decision) => decision.verdict === "extend" || claimedDifferences(decision) > 0,
      );
      expect(different.length).toBeLessThanOrEqual(most);
    },
  );

  test.each(designs)(
    "%d seeds, %d examples, noise %d: a rank worse by twice the margin is called adequate in at most 5 %",
    (...design) => {
      const wrong = raced([0.83, 0.85, 0.85], design).filter(
        ({ verdict, rank }) => verdict === "adequate" && rank === 4,
      );
      expect(wrong.length).toBeLessThanOrEqual(most);
    },
  );

  test("races find ten points, and drop the rank that lacks them, for less than a grid", () => {
    const decisions = raced([0.7, 0.85, 0.85], [10, 400, 0.1]);
    const found = decisions.filter(
      ({ race, rank }) =>
        rank !== 4 && race!.looks.some(({ dropped }) => dropped.some((drop) => drop.rank === 4)),
    );
    expect(found.length).toBeGreaterThan(0.9 * sweeps);
    expect(decisions.reduce((sum, { race }) => sum + race!.runs / race!.gridRuns, 0) / sweeps).toBeLessThan(
      0.95,
    );
  });
});
