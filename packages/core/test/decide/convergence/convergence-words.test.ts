import { describe, expect, test } from "vitest";
import { convergenceInWords, withConvergence } from "../../../src/decide/convergence/convergence-words.ts";
import { decide } from "../../../src/decide/decide.ts";
import { outcomesFromTrials } from "../../../src/decide/outcomes.ts";
import type { Decision, RankConvergence } from "../../../src/results/types.ts";
import { trialOf } from "../probed-trials.ts";

/** Steps of alternating luck; doubling their number lowers the loss by `fall` nats. */
const curve = (fall: number): number[] =>
  Array.from({ length: 400 }, (_, i) => 0.5 - fall * Math.log2((i + 1) / 400) + (i % 2 === 0 ? 0.02 : -0.02));

/** A sweep of ranks 4 and 32 whose losses fall by so much at twice the budget. */
function told(falls: Readonly<Record<number, number>>): { before: Decision; after: Decision; added: string } {
  const trials = Object.entries(falls).flatMap(([rank, fall]) =>
    [0, 1, 2].map((seed) => trialOf({ rank: Number(rank), seed, losses: curve(fall) })),
  );
  const before = decide(outcomesFromTrials(trials));
  const after = withConvergence(before, trials, 0.5);
  return { before, after, added: after.explanation.slice(before.explanation.length) };
}

describe("withConvergence", () => {
  test("says nothing in the explanation of ranks that are done", () => {
    const { before, after } = told({ 4: 0.001, 32: 0.001 });
    expect(after.convergence!.map(({ state }) => state)).toEqual(["converged", "converged"]);
    const { convergence: _, ...rest } = after;
    expect(rest).toEqual(before);
  });

  test("names the rank whose loss still fell, by how much, and what to do", () => {
    expect(told({ 4: 0.1, 32: 0.001 }).added).toBe(
      " The training loss of r=4 was still falling at the end: twice the budget would lower it by 0.0999 ± 0.0097 nats. Part " +
        "of what the ranks differ by may be speed: train longer (--epochs 2).",
    );
    expect(told({ 4: 0.1, 32: 0.05 }).added).toMatch(
      /of r=4 and r=32 was .* by 0\.0999 ± 0\.0097 nats \(of r=4\)\./,
    );
  });

  test("speaks of the compared ranks alone, and leaves a decision without curves as it is", () => {
    const trials = [4, 32].flatMap((rank) =>
      [0, 1].map((seed) => trialOf({ rank, seed, losses: [0.7, 0.6] })),
    );
    const decision = decide(outcomesFromTrials(trials));
    expect(withConvergence(decision, trials)).toBe(decision);
    const other = trialOf({ rank: 64, losses: curve(0.1) });
    expect(withConvergence(decision, [...trials, other])).toBe(decision);
  });

  test("takes the margin of a comparison on log loss for its threshold", () => {
    const trials = [4, 32].flatMap((rank) =>
      [0, 1].map((seed) => trialOf({ rank, seed, losses: curve(0.1) })),
    );
    const decision = decide(outcomesFromTrials(trials), { metric: "log-loss", margin: 0.2 });
    expect(withConvergence(decision, trials).convergence![0]).toMatchObject({
      threshold: 0.2,
      state: "converged",
    });
  });
});

describe("convergenceInWords", () => {
  test("says of a stuck rank that it had learned next to nothing", () => {
    const base = { seeds: 3, fall: 0, interval: [-0.1, 0.1], threshold: 0.02, trainLoss: 0.6 } as const;
    const found: RankConvergence[] = [
      { ...base, rank: 1, epochs: 1.5, state: "stuck" },
      { ...base, rank: 4, epochs: 1.5, state: "stuck" },
      { ...base, rank: 32, epochs: 1.5, state: "unclear" },
    ];
    expect(convergenceInWords(found)).toEqual([
      "r=1 and r=4 had learned next to nothing when the training ended.",
      "Part of what the ranks differ by may be speed: train longer (--epochs 3).",
    ]);
    expect(convergenceInWords(found.slice(2))).toEqual([]);
  });

  test("of a stuck rank whose loss rose says to lower the rate, not to train longer", () => {
    const base = { seeds: 3, epochs: 1, threshold: 0.02, state: "stuck" } as const;
    const burnt: RankConvergence[] = [{ ...base, rank: 64, rose: true }];
    const sentence =
      "r=64 had learned next to nothing when the training ended: its training loss rose far above where it began, so the " +
      "learning rate is too high for it (--learning-rate auto searches one for all ranks).";
    expect(convergenceInWords(burnt)).toEqual([sentence]);
    expect(convergenceInWords([{ ...base, rank: 4 }, ...burnt])).toEqual([
      sentence,
      "r=4 had learned next to nothing when the training ended.",
      "Part of what the ranks differ by may be speed: train longer (--epochs 2).",
    ]);
  });
});
