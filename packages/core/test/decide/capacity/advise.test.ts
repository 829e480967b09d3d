import { describe, expect, test } from "vitest";
import { adviseRanks, type CapacityFacts } from "../../../src/decide/capacity/advise.ts";

const facts: CapacityFacts = {
  // One layer of 48 × 96: 144 parameters a rank.
  ranks: [1, 2, 4, 8].map((rank) => ({ rank, loraParams: 144 * rank })),
  trainExamples: 250,
  completionTokens: 500,
  baseBits: 1000,
};
const named = (changes: Partial<CapacityFacts>) =>
  Object.fromEntries(
    adviseRanks({ ...facts, ...changes }).map(({ rule, demand, rank }) => [rule, { demand, rank }]),
  );

describe("adviseRanks", () => {
  test("a parameter for each completion token", () => {
    expect(named({}).tokens).toEqual({ demand: { loraParams: 500 }, rank: 4 });
    expect(named({ completionTokens: 288 }).tokens!.rank).toBe(2);
    expect(named({ completionTokens: 289 }).tokens!.rank).toBe(4);
  });

  test("two bits of the base's loss for each parameter", () => {
    expect(named({}).bits).toEqual({ demand: { loraParams: 500 }, rank: 4 });
    expect(named({ baseBits: 2 * 144 }).bits!.rank).toBe(1);
    expect(named({ baseBits: 2 * 144 + 0.5 }).bits).toEqual({ demand: { loraParams: 145 }, rank: 2 });
  });

  test.each([
    [999, 8],
    [1_000, 16],
    [9_999, 16],
    [10_000, 32],
    [100_000, 64],
  ])("%i examples ask for rank %i", (trainExamples, rank) => {
    expect(named({ trainExamples }).examples!.demand).toEqual({ rank });
  });

  test("names the smallest of the ranks tried that is enough, in any order, or none", () => {
    const ranks = [32, 12].map((rank) => ({ rank, loraParams: 144 * rank }));
    expect(named({ ranks }).examples!.rank).toBe(12);
    expect(named({ ranks: facts.ranks, trainExamples: 1000 }).examples!.rank).toBeNull();
    expect(named({ completionTokens: 144 * 8 + 1 }).tokens!.rank).toBeNull();
  });

  test("advises nothing without its input", () => {
    expect(named({ baseBits: undefined }).bits).toEqual({ demand: undefined, rank: undefined });
  });
});
