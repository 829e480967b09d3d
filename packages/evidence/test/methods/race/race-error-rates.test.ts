import { describe, expect, test } from "vitest";
import { isNightly } from "../../../../../scripts/nightly.ts";
import { compareRanks } from "../../../src/decide/compare.ts";
import { partOf } from "../../../src/decide/outcomes.ts";
import { pairedDesign } from "../../../src/decide/paired-design.ts";
import { simulateOutcomes } from "../../../src/decide/simulate.ts";
import { lookFamily, raceLooks } from "../../../src/methods/race/race-look.ts";
import { type RaceState, raceSoFar } from "../../../src/methods/race/so-far.ts";

const sweeps = 200;
const ranks = [4, 8, 32];
// Three binomial standard errors above 5 % of the sweeps.
const most = sweeps * 0.05 + 3 * Math.sqrt(sweeps * 0.05 * 0.95);

/** Few seeds and many: two looks and four. Noise between runs from none to large. */
const allDesigns: [seeds: number, examples: number, rankSeedSd: number][] = [
  [5, 200, 0.4],
  [10, 200, 0.1],
  [10, 400, 0],
];
const designs = isNightly ? allDesigns : allDesigns.slice(0, 2);

interface Raced extends RaceState {
  /** Differences that it claims: those that it drops ranks for, and those of the pairs of its last look. */
  readonly differences: number;
  /** Runs of the race as a share of the grid's. */
  readonly cost: number;
}

/** Races that are never given up, which make the most claims. */
function raced(
  accuracies: readonly number[],
  [seeds, examples, rankSeedSd]: (typeof designs)[number],
): Raced[] {
  return Array.from({ length: sweeps }, (_, i) => {
    const outcomes = simulateOutcomes({ ranks, accuracies, seeds, examples, rankSeedSd }, 9000 + i);
    const race = raceSoFar(outcomes, { ranks, seeds: outcomes.seeds, leastPromise: 0 });
    const last = race.looks.at(-1)!;
    const design = pairedDesign(partOf(outcomes, last.ranks, outcomes.seeds.slice(0, last.seeds)));
    const { pairs } = compareRanks(
      design,
      "accuracy",
      0.95,
      lookFamily(ranks, raceLooks(seeds), race.looks.length - 1),
    );
    const drops = race.looks.flatMap(({ dropped }) => dropped).length;
    let runs = 0;
    let before = 0;
    for (const look of race.looks) {
      runs += look.ranks.length * (look.seeds - before);
      before = look.seeds;
    }
    return {
      ...race,
      differences: drops + pairs.filter(({ supported }) => supported).length,
      cost: runs / (ranks.length * seeds),
    };
  });
}

describe("error rates of races", () => {
  test.each(designs)(
    "%d seeds, %d examples, noise %d: equal ranks are called different in at most 5 %",
    (...design) => {
      const different = raced([0.85, 0.85, 0.85], design).filter(({ differences }) => differences > 0);
      expect(different.length).toBeLessThanOrEqual(most);
    },
  );

  test.each(designs)(
    "%d seeds, %d examples, noise %d: a rank worse by twice the margin is recommended in at most 5 %",
    (...design) => {
      const wrong = raced([0.83, 0.85, 0.85], design).filter(({ verdict }) => verdict.rank === 4);
      expect(wrong.length).toBeLessThanOrEqual(most);
    },
  );

  test("races find ten points, and drop the rank that lacks them, for less than a grid", () => {
    const races = raced([0.7, 0.85, 0.85], [10, 400, 0.1]);
    const found = races.filter(({ looks, verdict }) => {
      const dropped = looks.flatMap((look) => look.dropped.map(({ rank }) => rank));
      return dropped.includes(4) && verdict.rank !== 4;
    });
    expect(found.length).toBeGreaterThan(0.9 * sweeps);
    expect(races.reduce((sum, { cost }) => sum + cost, 0) / sweeps).toBeLessThan(0.95);
  });
});
