import { describe, expect, test } from "vitest";
import type { OutcomeTable } from "../../../src/decide/outcomes.ts";
import { outcomeTable, partOf } from "../../../src/decide/outcomes.ts";
import { simulateOutcomes } from "../../../src/decide/simulate.ts";
import { type RaceState, raceSoFar } from "../../../src/methods/race/so-far.ts";
import { nestedTable, withoutRuns } from "../../decide/tables.ts";

const tenSeeds = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9];

/** The same accuracy under ten seeds. */
function steady(accuracy: number): number[] {
  return tenSeeds.map(() => accuracy);
}

/** Accuracies that go up and down by `swing` from seed to seed. */
function swinging(accuracy: number, swing: number): number[] {
  return tenSeeds.map((seed) => accuracy + (seed % 2 === 0 ? swing : -swing));
}

function race(table: OutcomeTable, options: { leastPromise?: number } = {}): RaceState {
  return raceSoFar(table, { ranks: table.ranks, seeds: tenSeeds, ...options });
}

describe("raceSoFar", () => {
  test("asks for all ranks on the seeds of the first look before there is any outcome", () => {
    const { looks, next } = raceSoFar(outcomeTable([], [], 0), { ranks: [16, 4], seeds: [7, 8, 9, 5, 6] });
    expect(looks).toEqual([]);
    expect(next).toEqual({ kind: "run", ranks: [4, 16], seeds: [7, 8, 9] });
  });

  test("does not look before every rank in play has run on every seed of the look", () => {
    const table = nestedTable({ 4: steady(0.9), 32: steady(0.9) });
    const early = outcomeTable(
      table.cells.filter(({ rank, seed }) => seed < 2 || (seed === 2 && rank === 4)),
      [],
      table.examples,
    );
    const state = race(early);
    expect(state.looks).toEqual([]);
    expect(state.next).toEqual({ kind: "run", ranks: [4, 32], seeds: [0, 1, 2] });
  });

  test("goes on where a rank is recommended that may lose more than the margin, until the verdict is settled", () => {
    const table = nestedTable({ 4: swinging(0.9, 0.003), 32: swinging(0.9, -0.003) }, 2000);
    const raced = (seeds: readonly number[]): RaceState =>
      raceSoFar(partOf(table, table.ranks, seeds), { ranks: table.ranks, seeds: tenSeeds, margin: 0.015 });
    const early = raced([0, 1, 2]);
    expect(early.verdict).toEqual({ verdict: "indistinguishable", rank: 4, certifiedRank: null });
    expect(early.next).toEqual({ kind: "run", ranks: [4, 32], seeds: [0, 1, 2, 3] });
    const late = raced(tenSeeds);
    expect(late.verdict).toEqual({ verdict: "adequate", rank: 4, certifiedRank: 4 });
    expect(late.next).toEqual({ kind: "stop", why: "settled" });
  });

  test("keeps the recommendation where the rest would hardly settle it", () => {
    const table = nestedTable({ 4: swinging(0.9, 0.003), 32: swinging(0.9, -0.003) }, 2000);
    const options = { ranks: table.ranks, seeds: [0, 1, 2, 3], margin: 0.0105, leastPromise: 1 };
    const { verdict, next } = raceSoFar(partOf(table, table.ranks, [0, 1, 2]), options);
    expect(verdict).toEqual({ verdict: "indistinguishable", rank: 4, certifiedRank: null });
    expect(next).toEqual({ kind: "stop", why: "futile" });
  });

  test("stops as settled at the first look whose verdict is settled", () => {
    const state = race(nestedTable({ 4: steady(0.9), 32: steady(0.9) }, 4000));
    expect(state.looks).toEqual([{ seeds: 3, share: 0.3 ** 1.5, ranks: [4, 32], dropped: [] }]);
    expect(state.next).toEqual({ kind: "stop", why: "settled" });
    expect(state.verdict).toEqual({ verdict: "adequate", rank: 4, certifiedRank: 4 });
  });

  test("drops a hopeless rank and runs the others on", () => {
    const table = nestedTable({ 1: steady(0.7), 4: swinging(0.9, 0.01), 32: swinging(0.903, -0.01) }, 2000);
    const { looks, next } = race(partOf(table, table.ranks, [0, 1, 2]));
    const dropped = looks.map((look) => look.dropped.map(({ rank }) => rank));
    expect(dropped).toEqual([[1]]);
    expect(looks[0]!.dropped[0]).toMatchObject({ cause: "beyond-margin" });
    expect(next).toEqual({ kind: "run", ranks: [4, 32], seeds: [0, 1, 2, 3] });
  });

  test("from where it stood earlier comes to what a replay of all looks comes to, and makes no look twice", () => {
    const table = nestedTable({ 1: steady(0.7), 4: swinging(0.9, 0.02), 32: swinging(0.903, -0.02) }, 2000);
    const options = { ranks: table.ranks, seeds: tenSeeds, leastPromise: 0 };
    let state: RaceState | undefined;
    for (const seed of tenSeeds) {
      const earlier = state;
      state = raceSoFar(partOf(table, table.ranks, tenSeeds.slice(0, seed + 1)), options, earlier);
      for (const [i, look] of (earlier?.looks ?? []).entries()) expect(state.looks[i]).toBe(look);
    }
    expect(state!.looks.length).toBeGreaterThan(1);
    expect(state).toEqual(raceSoFar(table, options));
  });

  test("goes on without outcomes of ranks that it has dropped", () => {
    const table = nestedTable({ 1: steady(0.7), 4: swinging(0.9, 0.02), 32: swinging(0.903, -0.02) }, 2000);
    const raced = outcomeTable(
      table.cells.filter(({ rank, seed }) => rank !== 1 || seed < 3),
      [],
      table.examples,
    );
    const state = race(raced, { leastPromise: 0 });
    expect(state.looks.map(({ ranks }) => ranks)).toEqual([
      [1, 4, 32],
      ...Array.from({ length: 7 }, () => [4, 32]),
    ]);
    expect(state.next).toEqual({ kind: "stop", why: "spent" });
    expect(state).toEqual(race(table, { leastPromise: 0 }));
  });

  test("gives up where the seeds left promise too little, unless told not to", () => {
    const noisy = nestedTable({
      1: [0.929, 0.921, 0.9, 0.95, 0.88, 0.91, 0.93, 0.9, 0.94, 0.92],
      4: [0.865, 0.907, 0.948, 0.9, 0.93, 0.95, 0.89, 0.91, 0.92, 0.88],
      64: [0.878, 0.938, 0.954, 0.89, 0.91, 0.92, 0.94, 0.93, 0.88, 0.95],
    });
    const state = race(noisy);
    expect(state.next).toEqual({ kind: "stop", why: "futile" });
    expect(state.looks).toHaveLength(1);
    expect(state.looks[0]!.promise).toBeLessThan(0.25);
    expect(race(noisy, { leastPromise: 0 }).next).toEqual({ kind: "stop", why: "spent" });
  });

  test("never says extend of a rank that is not the largest tried", () => {
    const table = nestedTable({ 1: steady(0.7), 4: steady(0.9), 16: steady(0.8) }, 4000);
    expect(race(table).verdict).toEqual({ verdict: "adequate", rank: 4, certifiedRank: 4 });
    const rising = nestedTable({ 1: steady(0.7), 4: steady(0.8), 16: steady(0.9) }, 4000);
    expect(race(rising).verdict).toEqual({ verdict: "extend", rank: 16, certifiedRank: 16 });
  });

  test("takes out a rank of which fewer than half of the runs completed", () => {
    const table = nestedTable({ 1: steady(0.9), 4: swinging(0.9, 0.02), 32: swinging(0.903, -0.02) }, 2000);
    const failing = withoutRuns(table, (rank, seed) => rank === 1 && seed < 2);
    const { looks } = race(failing, { leastPromise: 0 });
    expect(looks[0]!.dropped).toEqual([
      {
        rank: 1,
        cause: "failed",
        why: { kind: "failed", runs: 3, completed: 1, statuses: ["diverged"] },
      },
    ]);
    expect(looks[1]!.ranks).toEqual([4, 32]);
  });

  test("leaves a seed whose run failed out of its looks, for every rank", () => {
    const table = nestedTable({ 4: steady(0.9), 32: steady(0.9) }, 4000);
    const wrong = table.cells.map((cell) =>
      cell.seed === 1 && cell.rank === 4 ? { ...cell, correct: new Float64Array(4000) } : cell,
    );
    const failing = withoutRuns(outcomeTable(wrong, [], 4000), (rank, seed) => rank === 32 && seed === 1);
    expect(race(failing).looks.flatMap(({ dropped }) => dropped)).toEqual([]);
    expect(race(failing).verdict).toEqual({ verdict: "adequate", rank: 4, certifiedRank: 4 });
  });

  test("is over when every run failed", () => {
    const table = withoutRuns(nestedTable({ 4: steady(0.9), 32: steady(0.9) }), () => true);
    const state = race(table);
    expect(state.next).toEqual({ kind: "stop", why: "futile" });
    expect(state.ranks).toEqual([]);
  });

  test("names all that is wrong with the ranks, the seeds and the least promise", () => {
    expect(() => raceSoFar(outcomeTable([], [], 0), { ranks: [4], seeds: [1, 1], leastPromise: 2 })).toThrow(
      expect.objectContaining({
        code: "E_RACE",
        message:
          "ranks must be at least two different ones, got [4]\n" +
          "seeds must be at least one, all different, got [1, 1]\n" +
          "leastPromise must be between 0 and 1, got 2",
      }),
    );
  });
});

describe("replay", () => {
  const world = { ranks: [4, 8, 16, 32], accuracies: [0.78, 0.81, 0.83, 0.85], seeds: 10, examples: 300 };

  test.each([1, 2, 3, 4, 5, 6])(
    "of sweep %d: outcomes that come later change no earlier look, and a resumed race ends as a whole one",
    (seed) => {
      const table = simulateOutcomes(world, seed);
      const whole = race(table);
      let ran: OutcomeTable = outcomeTable([], [], table.examples);
      for (let blocks = 0; blocks < 10; blocks++) {
        const state = race2(ran);
        expect(state.looks).toEqual(whole.looks.slice(0, state.looks.length));
        if (state.next.kind === "stop") {
          expect(state).toEqual(whole);
          return;
        }
        const { ranks, seeds } = state.next;
        const added = partOf(table, ranks, seeds).cells.filter(
          ({ rank, seed: run }) => !ran.cells.some((cell) => cell.rank === rank && cell.seed === run),
        );
        ran = outcomeTable([...ran.cells, ...added], [], table.examples);
      }
      throw new Error("the race did not end");
    },
  );

  function race2(table: OutcomeTable): RaceState {
    return raceSoFar(table, { ranks: world.ranks, seeds: tenSeeds });
  }
});
