import { describe, expect, test } from "vitest";
import { rankRows } from "../../src/data/rank-rows.ts";
import { noticesOf } from "../../src/sections/notices.tsx";
import { makeResults } from "../fixtures/make-results.ts";
import {
  adequate,
  nothingLearned,
  oneSeed,
  probed,
  raced,
  rateDecides,
  refutedProbe,
  withFailures,
} from "../fixtures/scenes.ts";

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
  test("is silent of ranks that a race dropped or that real runs refuted, which is what these methods do", () => {
    expect(raced().decision.excluded?.map(({ rank }) => rank)).toContain(2);
    expect(refutedProbe().decision.excluded?.map(({ rank }) => rank)).toEqual([4]);
    for (const scene of [probed, raced, refutedProbe]) expect(notices(scene())).toEqual([]);
  });
  test("warns of ranks whose loss was still falling", () => {
    const { decision, ...results } = rateDecides();
    const convergence = decision.convergence!.map((one) => ({ ...one, state: "falling" as const }));
    expect(notices(rateDecides())).toEqual([]);
    expect(notices({ ...results, decision: { ...decision, convergence } })[0]).toMatch(
      /^When training ended, the training loss of ranks 2, 8 and 64 was still falling/,
    );
  });
  test("warns where a rank bears a rate that another does not; a flip is in the verdict already", () => {
    const { decision, ...results } = rateDecides();
    const robustness = { ...decision.robustness!, order: "breaks" as const };
    expect(notices({ ...results, decision: { ...decision, robustness } })[0]).toMatch(
      /^At some rate one of ranks 2 and 64 learned nothing or diverged .* Search the learning rate/,
    );
  });
  test("warns of ranks that only answer the most frequent class", () => {
    const results = makeResults({
      ranks: [2, 4],
      seeds: [0, 1],
      examples: 400,
      steps: 4,
      accuracyOf: (rank) => (rank === 2 ? 0.5 : 0.9),
    });
    expect(notices(results)).toEqual([
      expect.stringMatching(/^When training ended, rank 2 had learned next to nothing/),
    ]);
    const { convergence: _, ...decision } = results.decision;
    expect(notices({ ...results, decision })).toEqual([
      "Rank 2 is not shown to be better than the shares of the classes alone: such runs may have learned nothing.",
    ]);
  });
  test("leaves it to the verdict to say that no rank has learned anything", () => {
    expect(notices(nothingLearned())).toEqual([]);
  });
  test("says what one seed leaves out", () => {
    expect(notices(oneSeed())[0]).toMatch(
      /^With one seed the intervals cover the choice of validation examples alone/,
    );
  });
});
