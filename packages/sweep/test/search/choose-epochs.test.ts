import { describe, expect, test } from "vitest";
import { chooseEpochs, firstEpochs, nextEpochs } from "../../src/search/choose-epochs.ts";
import type { Tried } from "../../src/search/tried.ts";
import { triedWith } from "../helpers/search-example.ts";

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
