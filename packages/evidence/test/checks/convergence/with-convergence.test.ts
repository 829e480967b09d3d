import { describe, expect, test } from "vitest";
import { outcomesFromTrials } from "../../../src/decide/outcomes-from-trials.ts";
import { decide } from "../../../src/index.ts";
import type { Decision } from "../../../src/schema/types.ts";
import { claimsOf } from "../../../src/words/claims-of.ts";
import { inWords } from "../../../src/words/in-words.ts";
import { find } from "../../words/find.ts";
import { decideChecked, trialOf } from "../probed-trials.ts";

/** Steps of alternating luck; doubling their number lowers the loss by `fall` nats. */
const curve = (fall: number): number[] =>
  Array.from({ length: 400 }, (_, i) => 0.5 - fall * Math.log2((i + 1) / 400) + (i % 2 === 0 ? 0.02 : -0.02));

/** A sweep of ranks 4 and 32 whose losses fall by so much at twice the budget. */
function told(falls: Readonly<Record<number, number>>): { before: Decision; after: Decision } {
  const trials = Object.entries(falls).flatMap(([rank, fall]) =>
    [0, 1, 2].map((seed) => trialOf({ rank: Number(rank), seed, losses: curve(fall) })),
  );
  const before = decide(outcomesFromTrials(trials));
  const after = decideChecked(trials, { majorityShare: 0.5 });
  return { before, after };
}

describe("the check of convergence", () => {
  test("says nothing in the explanation of ranks that are done", () => {
    const { before, after } = told({ 4: 0.001, 32: 0.001 });
    expect(after.convergence!.map(({ state }) => state)).toEqual(["converged", "converged"]);
    const { convergence: _, ...rest } = after;
    expect(rest).toEqual(before);
  });

  test("names the rank whose loss still fell, and what to do", () => {
    const { after } = told({ 4: 0.1, 32: 0.001 });
    expect(after.convergence![0]!.fall).toBeCloseTo(0.0999, 4);
    expect(find(after, "still-falling")?.ranks).toEqual([4]);
    expect(find(after, "train-longer")).toMatchObject({ epochs: 2, maySpeedDiffer: true });
    expect(after.explanation).toBe(inWords(claimsOf(after)));
    expect(find(told({ 4: 0.1, 32: 0.05 }).after, "still-falling")?.ranks).toEqual([4, 32]);
  });

  test("speaks of the compared ranks alone, and leaves a decision without curves as it is", () => {
    const trials = [4, 32].flatMap((rank) =>
      [0, 1].map((seed) => trialOf({ rank, seed, losses: [0.7, 0.6] })),
    );
    const decision = decide(outcomesFromTrials(trials));
    expect(decideChecked(trials)).toEqual(decision);
    const failed = trialOf({ rank: 64, status: "diverged", losses: curve(0.1) });
    expect(decideChecked([...trials, failed])).not.toHaveProperty("convergence");
  });

  test("takes the margin of a comparison on log loss for its threshold", () => {
    const trials = [4, 32].flatMap((rank) =>
      [0, 1].map((seed) => trialOf({ rank, seed, losses: curve(0.1) })),
    );
    const decision = decideChecked(trials, {}, { metric: "log-loss", margin: 0.2 });
    expect(decision.convergence![0]).toMatchObject({
      threshold: 0.2,
      state: "converged",
    });
  });
});
