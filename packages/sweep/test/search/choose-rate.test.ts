import { describe, expect, test } from "vitest";
import { chooseRate, firstRates, nextRates } from "../../src/search/choose-rate.ts";
import type { Tried } from "../../src/search/tried.ts";
import { triedWith } from "../helpers/search-example.ts";

const rateFacts = { epochs: 2, trainExamples: 300 };

/** Both ranks at all rates that a search would try, where rank r has `loss(r, rate)`. */
function searchedRates(start: number, loss: (rank: number, rate: number) => number | undefined): Tried[] {
  const tried: Tried[] = [];
  for (let rates = firstRates(start); rates.length > 0; rates = nextRates(start, tried))
    tried.push(...rates.flatMap((rate) => [2, 8].map((rank) => triedWith(rank, rate, loss(rank, rate)))));
  return tried;
}

/** 0.1 nats for each factor of 3 from `best`, squared. */
const bowl = (best: number, rate: number) => 0.2 + 0.1 * (Math.log(rate / best) / Math.log(3)) ** 2;
const ratesOf = (tried: readonly Tried[]) =>
  [...new Set(tried.map(({ value }) => value))].sort((a, b) => a - b);

describe("the rates that a search tries", () => {
  test("begin around the usual one, in digits that can be typed", () => {
    expect(firstRates(3e-3)).toEqual([0.001, 0.003, 0.009]);
    expect(firstRates(5e-4)).toEqual([0.000167, 0.0005, 0.0015]);
  });

  test("stay there while no rank does best at an end", () => {
    expect(ratesOf(searchedRates(0.003, (_, rate) => bowl(0.003, rate)))).toEqual([0.001, 0.003, 0.009]);
  });

  test("go on in the direction of the best one until it is passed", () => {
    expect(ratesOf(searchedRates(0.003, (_, rate) => bowl(0.0001, rate)))).toEqual([
      0.000037, 0.000111, 0.000333, 0.001, 0.003, 0.009,
    ]);
    expect(ratesOf(searchedRates(0.003, (_, rate) => bowl(0.03, rate)))).toEqual([
      0.001, 0.003, 0.009, 0.027, 0.081,
    ]);
  });

  test("go both ways where the ranks want it, and four further at most", () => {
    expect(ratesOf(searchedRates(0.003, (rank, rate) => bowl(rank === 2 ? 1 : 1e-6, rate)))).toEqual([
      0.000111, 0.000333, 0.001, 0.003, 0.009, 0.027, 0.081,
    ]);
    expect(ratesOf(searchedRates(0.003, (_, rate) => bowl(1e-9, rate)))).toHaveLength(7);
  });

  test("go down for a rank that did no better than guessing, wherever chance put its best", () => {
    // Above 0.0005 rank 2 knows nothing, and by chance 0.003 looks best; rank 8 is content there.
    const loss = (rank: number, rate: number) =>
      rank === 8 || rate < 0.0005 ? bowl(rank === 8 ? 0.003 : 0.0003, rate) : rate === 0.003 ? 0.6 : 0.61;
    const tried = [2, 8].flatMap((rank) =>
      firstRates(0.003).map((rate) => triedWith(rank, rate, loss(rank, rate))),
    );
    expect(nextRates(0.003, tried)).toEqual([]);
    expect(nextRates(0.003, tried, 0.59)).toEqual([0.000333]);
    tried.push(...[2, 8].map((rank) => triedWith(rank, 0.000333, loss(rank, 0.000333))));
    expect(nextRates(0.003, tried, 0.59)).toEqual([0.000111]);
  });

  test("go down where everything diverged", () => {
    const tried = searchedRates(0.003, (_, rate) => (rate > 0.0002 ? undefined : bowl(0.00005, rate)));
    expect(ratesOf(tried)).toEqual([0.0000123, 0.000037, 0.000111, 0.000333, 0.001, 0.003, 0.009]);
    expect(chooseRate(0.003, tried, rateFacts).chosen).toBe(0.000037);
  });
});

describe("chooseRate", () => {
  test("takes the rate with the least of the larger regrets, not the least mean", () => {
    const losses: Record<number, Record<number, number>> = {
      2: { 0.001: 0.5, 0.003: 0.3, 0.009: 0.2, 0.027: 0.9 }, // alone: 0.009
      8: { 0.001: 0.25, 0.003: 0.2, 0.009: 0.45, 0.027: 0.9 }, // alone: 0.003
    };
    // regrets: 0.3 and 0.05, 0.1 and 0, 0 and 0.25, 0.7 and 0.7
    const found = chooseRate(
      0.003,
      searchedRates(0.003, (rank, rate) => losses[rank]![rate]),
      rateFacts,
    );
    expect(found).toMatchObject({ chosen: 0.003, start: 0.003, ...rateFacts });
    expect(found.regrets.map(({ rank, best, regret }) => [rank, best, Number(regret.toFixed(9))])).toEqual([
      [2, 0.009, 0.1],
      [8, 0.003, 0],
    ]);
    expect(found.tried.map(({ value }) => value)).toEqual([0.001, 0.003, 0.009, 0.027]);
  });

  test("never takes a rate at which one rank diverged", () => {
    const tried = searchedRates(0.003, (rank, rate) =>
      rank === 8 && rate > 0.002 ? undefined : bowl(0.009, rate),
    );
    expect(chooseRate(0.003, tried, rateFacts).chosen).toBe(0.001);
  });

  test("says so where no rate trains all ranks", () => {
    const apart = searchedRates(0.003, (rank, rate) => (rank === 8 ? undefined : bowl(0.003, rate)));
    expect(() => chooseRate(0.003, apart, rateFacts)).toThrow(
      expect.objectContaining({
        code: "E_SEARCH",
        message: expect.stringMatching(
          /^learning-rate must be one at which ranks 2 and 8 train without diverging, got none from /,
        ),
      }),
    );
  });
});
