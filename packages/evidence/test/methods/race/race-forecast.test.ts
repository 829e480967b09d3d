import { describe, expect, test } from "vitest";
import { claimTails } from "../../../src/decide/claim-tails.ts";
import { compareRanks } from "../../../src/decide/compare.ts";
import { pairedDesign } from "../../../src/decide/paired-design.ts";
import { simulateOutcomes } from "../../../src/decide/simulate.ts";
import type { Verdict } from "../../../src/decide/verdict.ts";
import { promiseOf } from "../../../src/methods/race/race-look.ts";
import { raceSoFar } from "../../../src/methods/race/so-far.ts";
import { nestedTable } from "../../decide/tables.ts";

function promise(
  accuracies: Record<number, readonly number[]>,
  margin = 0.01,
  { plannedSeeds = 10, isBetter = ({ rank }: Verdict) => rank !== null } = {},
): number {
  const design = pairedDesign(nestedTable(accuracies, 2000));
  const family = { ranks: design.ranks.length, spend: (tail: number) => 0.1 * tail };
  return promiseOf({
    ranks: design.ranks,
    smallest: design.ranks[0]!,
    comparison: compareRanks(design, "accuracy", 0.95, family),
    dropped: [],
    isClosed: false,
    margin,
    isBetter,
    plannedSeeds,
    lastTails: claimTails(0.95, { ...family, spend: (tail: number) => 0.8 * tail }),
  });
}

describe("promiseOf", () => {
  test("is near 1 for ranks that hardly vary", () => {
    expect(promise({ 4: [0.9, 0.901, 0.9], 32: [0.901, 0.9, 0.9] })).toBeGreaterThan(0.95);
  });

  // all-MiniLM-L6-v2 on e-mails: the means are 0.917, 0.907, 0.927 and 0.923, and seeds vary by 0.03.
  test("is low for measured accuracies that vary by several margins", () => {
    const measured = {
      1: [0.929, 0.921, 0.9],
      4: [0.865, 0.907, 0.948],
      16: [0.895, 0.93, 0.957],
      64: [0.878, 0.938, 0.954],
    };
    expect(promise(measured)).toBeLessThan(0.2);
  });

  test("grows with the margin", () => {
    const noisy = { 4: [0.89, 0.92, 0.9], 32: [0.92, 0.89, 0.9] };
    expect(promise(noisy, 0.03)).toBeGreaterThan(promise(noisy, 0.01) + 0.1);
  });

  test("of equal ranks whose noise is averaged away is that one of them leads, each as often", () => {
    const noisy = { 4: [0.7, 0.9, 0.8], 8: [0.9, 0.8, 0.7], 32: [0.8, 0.7, 0.9] };
    const shares = [4, 8, 32].map((leader) =>
      promise(noisy, 1e-4, { plannedSeeds: 4000, isBetter: ({ rank }) => rank === leader }),
    );
    // 200 draws: one standard error is 0.033.
    for (const share of shares) expect(Math.abs(share - 1 / 3)).toBeLessThan(0.1);
    expect(shares.reduce((sum, share) => sum + share, 0)).toBeGreaterThan(0.9);
  });

  test("is the same each time", () => {
    const noisy = { 4: [0.89, 0.92, 0.9], 32: [0.92, 0.89, 0.9] };
    expect(promise(noisy)).toBe(promise(noisy));
  });

  test.each([
    ["two equal ranks", [4, 32], [0.85, 0.85]],
    ["three ranks, of which the middle one is worse", [4, 8, 32], [0.85, 0.82, 0.85]],
  ])("comes true about as often as it says: 120 races at 5 of 10 seeds, %s", (_, ranks, accuracies) => {
    let promised = 0;
    let kept = 0;
    for (let seed = 0; seed < 120; seed++) {
      const outcomes = simulateOutcomes({ ranks, accuracies, seeds: 10, examples: 400 }, seed);
      const race = raceSoFar(outcomes, { ranks, seeds: outcomes.seeds, leastPromise: 0 });
      const second = race.looks[1]?.promise;
      if (second === undefined) continue;
      promised += second;
      if (race.verdict.rank !== null) kept++;
    }
    // Three binomial standard errors of 120 are 0.14 at most.
    expect(Math.abs(promised - kept) / 120).toBeLessThan(0.14);
    expect(kept).toBeGreaterThan(20);
  });
});
