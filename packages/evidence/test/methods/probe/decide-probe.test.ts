import { describe, expect, test } from "vitest";
import { isNightly } from "../../../../../scripts/nightly.ts";
import { runProbe, simulateProbe } from "../../../bench/probe-worlds.ts";
import { outcomeTable, partOf } from "../../../src/decide/outcomes.ts";
import { decideProbe } from "../../../src/methods/probe/decide.ts";
import { find } from "../../words/find.ts";

const ranks = [4, 8, 16, 32];
const seeds = Array.from({ length: 10 }, (_, i) => i);
const options = { ranks, seeds, metric: "accuracy", margin: 0.01, confidence: 0.95 } as const;
const world = { ranks, seeds: 10, examples: 872 };
const plain = { likeDirect: 0.5, lost: [0, 0, 0] };

function run({ outcomes, truncations }: Pick<ReturnType<typeof simulateProbe>, "outcomes" | "truncations">) {
  return runProbe(outcomes, truncations, options);
}

describe("a probe", () => {
  test("of ranks that differ little confirms the smallest, with a third of the runs", () => {
    const equal = { ...world, accuracies: [0.9, 0.9, 0.9, 0.9], rankSeedSd: 0, examples: 3000 };
    const { decision, trained } = run(simulateProbe(equal, plain, 1));
    expect(trained).toEqual([
      [32, 6],
      [4, 6],
    ]);
    expect(decision).toMatchObject({ verdict: "adequate", rank: 4, seeds: 6 });
    expect(decision.probe).toMatchObject({ fromRank: 32, runs: 12, gridRuns: 40, truncations: 9 });
    expect(decision.probe!.confirmations).toMatchObject([{ rank: 4, share: 0.7, outcome: "held" }]);
    expect(find(decision, "probe-course")).toMatchObject({ fromRank: 32, seeds: 3, runs: 12, gridRuns: 40 });
    expect(find(decision, "not-trained")).toMatchObject({ ranks: [8, 16], below: [] });
  });

  test("of a rising curve passes over the ranks that the truncations show to be worse", () => {
    const rising = { ...world, accuracies: [0.78, 0.84, 0.9, 0.9], rankSeedSd: 0 };
    const { decision, trained } = run(simulateProbe(rising, plain, 1));
    expect(trained).toEqual([
      [32, 6],
      [8, 3],
      [16, 6],
    ]);
    expect(decision.rank).toBe(16);
    expect(decision.probe!.pilots).toMatchObject([{ rank: 8, seeds: 3, taken: false }]);
    expect(find(decision, "pilot")).toMatchObject({ ...decision.probe!.pilots[0], fromRank: 32 });
    const shortfall = 0 - decision.probe!.predictions[0]!.advantage;
    expect(shortfall).toBeGreaterThan(0);
    expect(find(decision, "not-trained")).toMatchObject({ ranks: [4], below: [{ rank: 4, shortfall }] });
  });

  test("goes on to the next rank where real runs refute the one that was predicted", () => {
    // The truncations show nothing of the gap.
    const gap = { ...world, accuracies: [0.8, 0.9, 0.9, 0.9], rankSeedSd: 0 };
    const { decision, trained } = run(simulateProbe(gap, { likeDirect: 0, lost: [] }, 1));
    expect(trained).toEqual([
      [32, 6],
      [4, 6],
      [8, 6],
    ]);
    expect(decision.probe!.confirmations).toMatchObject([
      { rank: 4, share: 0.7, outcome: "refuted" },
      { rank: 8, outcome: "held" },
    ]);
    expect(decision.probe!.confirmations[1]!.share).toBeCloseTo(0.21, 12);
    expect(decision.excluded).toMatchObject([
      { rank: 4, reason: expect.stringMatching(/^real runs were \d+\.\d ± \d\.\d points below rank 32$/) },
    ]);
    expect(decision.ranks.map(({ rank }) => rank)).toEqual([8, 32]);
  });

  test("confirms a smaller rank than the truncations point to where its pilots keep up", () => {
    // Cutting loses most of what the small ranks can do.
    const equal = { ...world, accuracies: [0.9, 0.9, 0.9, 0.9], rankSeedSd: 0, examples: 3000 };
    const { decision, trained } = run(simulateProbe(equal, { likeDirect: 0.5, lost: [0.1, 0.05, 0] }, 1));
    expect(trained).toEqual([
      [32, 6],
      [8, 3],
      [4, 3],
      [4, 6],
    ]);
    expect(decision).toMatchObject({ verdict: "adequate", rank: 4 });
    expect(decision.probe!.pilots).toMatchObject([{ rank: 8, taken: true }]);
    expect(decision.probe!.confirmations).toMatchObject([{ rank: 4, outcome: "missed" }]);
    expect(decision.probe!.runs).toBe(6 + 3 + 6);
    expect(find(decision, "pilot")).toMatchObject({ rank: 8, taken: true });
    expect(find(decision, "confirmed")).toMatchObject({ isBelowCandidate: true, confirmation: { rank: 4 } });
  });

  test("asks for larger ranks where even the next to the largest falls behind", () => {
    const rising = { ...world, accuracies: [0.7, 0.75, 0.8, 0.9], rankSeedSd: 0 };
    const { decision, trained } = run(simulateProbe(rising, plain, 1));
    expect(trained).toEqual([
      [32, 6],
      [8, 3],
      [16, 6],
    ]);
    expect(decision).toMatchObject({ verdict: "extend", rank: 32 });
    expect(find(decision, "confirmed")?.isBelowCandidate).toBe(false);
  });

  test("goes on where a confirmation's runs failed, and predicts nothing where the largest rank's did", () => {
    const { outcomes, truncations } = simulateProbe(
      { ...world, accuracies: [0.9, 0.9, 0.9, 0.9], rankSeedSd: 0, examples: 3000 },
      plain,
      1,
    );
    const failing = (rank: number) =>
      outcomeTable(
        outcomes.cells.filter((cell) => cell.rank !== rank),
        outcomes.cells
          .filter((cell) => cell.rank === rank)
          .map(({ seed }) => ({ rank, seed, status: "diverged" })),
        3000,
      );
    const smallest = run({ outcomes: failing(4), truncations });
    expect(smallest.trained).toEqual([
      [32, 6],
      [4, 6],
      [8, 6],
    ]);
    expect(smallest.decision.probe!.confirmations).toMatchObject([
      { rank: 4, outcome: "failed" },
      { rank: 8 },
    ]);
    expect(smallest.decision.excluded).toContainEqual({ rank: 4, reason: "its runs failed" });
    const largest = run({ outcomes: failing(32), truncations: [] });
    expect(largest.trained).toEqual([[32, 6]]);
    expect(largest.decision).toMatchObject({ verdict: "inconclusive", rank: null });
    expect(find(largest.decision, "probe-course")).toMatchObject({ fromRank: 32, seeds: 0 });
  });

  test("judged by another margin keeps to the ranks that were trained", () => {
    const equal = { ...world, accuracies: [0.9, 0.9, 0.9, 0.9], rankSeedSd: 0, examples: 3000 };
    const { outcomes, truncations } = simulateProbe(equal, plain, 1);
    const seen = partOf(outcomes, [4, 32], seeds.slice(0, 6));
    const strict = decideProbe(seen, truncations, { ...options, margin: 0.0001 });
    expect(strict.verdict).not.toBe("adequate");
    expect(strict.probe!.confirmations.map(({ rank }) => rank)).toEqual([4]);
  });
});

// The choice looks at outcomes that the confirmation then judges. All smaller ranks are worse by the margin and more, so
// whatever is certified is wrong.
test.each(isNightly ? [[0], [0.5], [1]] : [[0.5]])(
  "certifies a rank that is worse by twice the margin in at most 5 % of sweeps, truncations like direct runs on a share of $0",
  (likeDirect) => {
    const worse = { ...world, accuracies: [0.83, 0.83, 0.83, 0.85], examples: 400 };
    const count = 150;
    let wrong = 0;
    for (let i = 0; i < count; i++) {
      const { decision } = run(simulateProbe(worse, { likeDirect, lost: [] }, 5000 + i));
      if (decision.verdict === "adequate" && decision.rank !== 32) wrong++;
    }
    expect(wrong).toBeLessThanOrEqual(count * 0.05 + 3 * Math.sqrt(count * 0.05 * 0.95));
  },
);
