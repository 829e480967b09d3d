import { describe, expect, test } from "vitest";
import { rankRows } from "../../src/data/rank-rows.ts";
import { noticesOf } from "../../src/sections/notices.tsx";
import { makeResults } from "../fixtures/make-results.ts";
import { adequate, oneSeed, withFailures } from "../fixtures/scenes.ts";

const notices = (results: ReturnType<typeof adequate>) => noticesOf(results, rankRows(results));

describe("noticesOf", () => {
  test("is silent when nothing is wrong", () => {
    expect(notices(adequate())).toEqual([]);
  });
  test("counts the runs that failed by what happened to them", () => {
    expect(notices(withFailures())[0]).toBe(
      'Of 25 planned runs, 2 diverged, 1 ran out of memory and 1 left no result (ranks 2, 16 and 32). They are listed under "Runs". Means and intervals rest on the 2 seeds that every compared rank completed.',
    );
  });
  test("gives the reason why a rank is not compared", () => {
    const results = makeResults({
      ranks: [2, 4, 8],
      seeds: [0, 1],
      examples: 40,
      steps: 4,
      failures: [0, 1].map((seed) => ({ rank: 8, seed, status: "diverged" as const })),
    });
    const [excluded] = results.decision.excluded ?? [];
    expect(notices(results)).toContain(`Rank 8 is not compared: ${excluded?.reason}.`);
  });
  test("warns of ranks that only answer the most frequent class", () => {
    const results = makeResults({
      ranks: [2, 4],
      seeds: [0, 1],
      examples: 400,
      steps: 4,
      accuracyOf: (rank) => (rank === 2 ? 0.5 : 0.9),
    });
    expect(notices(results)[0]).toMatch(
      /^Rank 2 scored no better than always answering the most frequent class \(67\.9%\)/,
    );
  });
  test("says what one seed leaves out", () => {
    expect(notices(oneSeed())[0]).toMatch(
      /^With one seed the intervals cover the choice of validation examples alone/,
    );
  });
});
