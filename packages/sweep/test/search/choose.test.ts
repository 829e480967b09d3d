import { describe, expect, test } from "vitest";
import { chooseEpochs, firstEpochs, nextEpochs } from "../../src/search/choose-epochs.ts";
import { chooseRate, firstRates, nextRates } from "../../src/search/choose-rate.ts";
import {
  lossOf,
  pairedDifference,
  ranksOf,
  searchedValues,
  type Tried,
  triedAt,
  valuesOf,
} from "../../src/search/tried.ts";
import { triedWith } from "../helpers/search-example.ts";

const tried = [
  triedWith(8, 0.3, 0.5),
  triedWith(2, 0.3, undefined),
  triedWith(8, 0.1, 0.7),
  triedWith(2, 0.1, 0.6),
];

describe("what was tried", () => {
  test("is found by rank and value, in ascending order", () => {
    expect(valuesOf(tried)).toEqual([0.1, 0.3]);
    expect(ranksOf(tried)).toEqual([2, 8]);
    expect(triedAt(tried, 8, 0.1)).toBe(tried[2]);
  });

  test("has the mean loss; diverged, it is as bad as can be and has none in the results", () => {
    expect(lossOf(triedWith(2, 1, 0.25, 0.1))).toBeCloseTo(0.25, 12);
    expect(lossOf(tried[1]!)).toBe(Number.POSITIVE_INFINITY);
    expect(searchedValues(tried)).toEqual([
      {
        value: 0.1,
        losses: [
          { rank: 2, logLoss: 0.6 },
          { rank: 8, logLoss: 0.7 },
        ],
      },
      { value: 0.3, losses: [{ rank: 2 }, { rank: 8, logLoss: 0.5 }] },
    ]);
  });

  test("is compared example by example", () => {
    const [a, b] = [
      { rank: 2, value: 1, logLosses: [1, 2, 6] },
      { rank: 2, value: 2, logLosses: [0, 2, 4] },
    ];
    // differences 1, 0, 2: mean 1, variance 1, standard error sqrt(1 / 3)
    expect(pairedDifference(a, b)).toEqual({ mean: 1, standardError: Math.sqrt(1 / 3) });
    const single = { rank: 2, value: 1, logLosses: [1] };
    expect(pairedDifference(single, single)).toEqual({ mean: 0, standardError: 0 });
  });
});

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

const epochFacts = { learningRate: 0.003, trainExamples: 450 };

function searchedEpochs(loss: (rank: number, epochs: number) => number | undefined): Tried[] {
  const tried: Tried[] = [];
  for (let budgets = firstEpochs(2); budgets.length > 0; budgets = nextEpochs(tried))
    tried.push(
      ...budgets.flatMap((epochs) => [2, 8].map((rank) => triedWith(rank, epochs, loss(rank, epochs)))),
    );
  return tried;
}

const triedEpochs = (tried: readonly Tried[]) => [...new Set(tried.map(({ value }) => value))];

describe("the epochs that a search chooses", () => {
  test("are the usual ones where twice as many bring nothing", () => {
    const tried = searchedEpochs(() => 0.3);
    expect(triedEpochs(tried)).toEqual([2, 4]);
    expect(chooseEpochs(tried, epochFacts)).toMatchObject({
      chosen: 2,
      converged: true,
      threshold: 0.02,
      ...epochFacts,
    });
  });

  test("are doubled as long as one rank gains more than 0.02 nats", () => {
    // rank 8 gains until 8 epochs, rank 2 never
    const tried = searchedEpochs((rank, epochs) =>
      rank === 2 ? 0.3 : 0.3 + 0.03 * Math.max(0, Math.log2(8 / epochs)),
    );
    expect(triedEpochs(tried)).toEqual([2, 4, 8, 16]);
    const found = chooseEpochs(tried, epochFacts);
    expect(found).toMatchObject({ chosen: 8, converged: true });
    expect(found.gains).toHaveLength(6);
    expect(found.gains[1]).toMatchObject({ rank: 8, from: 2, to: 4, gain: expect.closeTo(0.03, 9) });
  });

  test("are not doubled for a gain of 0.02 nats, nor for one within its noise", () => {
    expect(triedEpochs(searchedEpochs((_, epochs) => 0.3 - 0.0199 * Math.log2(epochs)))).toEqual([2, 4]);
    // the two examples' differences are 0.1 ± 0.1: a standard error of 0.1, and the gain is less than two of it
    const noisy = [2, 8].flatMap((rank) => [triedWith(rank, 2, 0.4), triedWith(rank, 4, 0.3, 0.1)]);
    expect(nextEpochs(noisy)).toEqual([]);
    const found = chooseEpochs(noisy, epochFacts);
    expect(found.chosen).toBe(2);
    expect(found.notes[0]).toMatch(/^A gain within the noise was passed over: rank 2: 0\.100 ± 0\.100 nats/);
  });

  test("end at eight times the usual ones, where that is still falling: not converged", () => {
    const tried = searchedEpochs((_, epochs) => 1 - 0.1 * Math.log2(epochs));
    expect(triedEpochs(tried)).toEqual([2, 4, 8, 16]);
    const found = chooseEpochs(tried, epochFacts);
    expect(found).toMatchObject({ chosen: 16, converged: false });
    expect(found.notes[0]).toMatch(/^Not converged at 16 epochs: /);
  });

  test("a rank that diverged at the smaller budget alone has improved; at the larger alone it has not", () => {
    expect(
      triedEpochs(searchedEpochs((rank, epochs) => (rank === 8 && epochs === 2 ? undefined : 0.3))),
    ).toEqual([2, 4, 8]);
    const tried = searchedEpochs((rank, epochs) => (rank === 8 && epochs === 4 ? undefined : 0.3));
    expect(triedEpochs(tried)).toEqual([2, 4]);
    expect(chooseEpochs(tried, epochFacts).gains.map(({ rank }) => rank)).toEqual([2]);
  });
});
