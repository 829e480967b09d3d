import { describe, expect, test } from "vitest";
import { outcomeTable, partOf } from "../../../src/decide/outcomes.ts";
import { decide } from "../../../src/index.ts";
import { type ArmDecision, withArmNames } from "../../../src/words/by-arm.ts";
import { claimsOf } from "../../../src/words/claims-of.ts";
import { inWords } from "../../../src/words/in-words.ts";
import { nestedTable, withoutRuns } from "../../decide/tables.ts";
import { find } from "../../words/find.ts";
import { decideRace } from "./decided-race.ts";

const tenSeeds = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9];
const steady = (accuracy: number): number[] => tenSeeds.map(() => accuracy);
const swinging = (accuracy: number, swing: number): number[] =>
  tenSeeds.map((seed) => accuracy + (seed % 2 === 0 ? swing : -swing));

const falling = nestedTable({ 1: steady(0.7), 4: swinging(0.9, 0.01), 32: swinging(0.903, -0.01) }, 2000);
const options = { ranks: [1, 4, 32], seeds: tenSeeds };

describe("decideRace", () => {
  test("decides on the ranks in play and leaves out the others with their reason", () => {
    const decision = decideRace(falling, options);
    expect(decision.ranks.map(({ rank }) => rank)).toEqual([4, 32]);
    expect(decision.excluded).toHaveLength(1);
    expect(decision.excluded![0]!.reason).toMatch(
      /^dropped after 3 seeds: it is 20\.\d ± \d+\.\d points below rank (4|32), beyond the margin$/,
    );
    expect(decision.race).toMatchObject({ plannedSeeds: 10, gridRuns: 30 });
  });

  test("shows the returns of all ranks, of the dropped ones as their last look saw them", () => {
    const { returns } = decideRace(falling, { ...options, leastPromise: 0 });
    expect(returns!.steps.map(({ from, to }) => [from, to])).toEqual([
      [1, 4],
      [4, 32],
    ]);
    expect(returns).toMatchObject({ curve: "rising-until", rank: 4 });
    const afterThree = decide(partOf(falling, [1, 4, 32], [0, 1, 2])).returns!;
    expect(returns!.steps[0]!.gain).toBe(afterThree.steps[0]!.gain);
  });

  test("counts the runs that its looks rest on", () => {
    const { race } = decideRace(falling, { ...options, leastPromise: 0 });
    // Three ranks to 3 seeds, two to 10.
    expect(race).toMatchObject({ stopped: "spent", runs: 3 * 3 + 2 * 7, gridRuns: 30 });
  });

  test("shares the error of the original ranks and of its look, so its intervals are wider than a grid's", () => {
    const width = ([low, high]: readonly [number, number]): number => high - low;
    const race = decideRace(falling, { ...options, leastPromise: 0 });
    const grid = decide(partOf(falling, [4, 32], tenSeeds));
    expect(width(race.pairs![0]!.interval)).toBeGreaterThan(1.1 * width(grid.pairs![0]!.interval));
    expect(width(race.ranks[0]!.interval!)).toBeGreaterThan(width(grid.ranks[0]!.interval!));
    expect(race.pairs![0]!.advantage).toBe(grid.pairs![0]!.advantage);
  });

  test("of one look is the grid's decision and the race", () => {
    const three = [0, 1, 2];
    const table = partOf(falling, [1, 4, 32], three);
    const { race, explanation: _, ...decision } = decideRace(table, { ...options, seeds: three });
    const { explanation: _grids, ...grid } = decide(table);
    expect(decision).toEqual(grid);
    expect(race!.looks).toEqual([
      { seeds: 3, share: 1, ranks: [1, 4, 32], dropped: race!.looks[0]!.dropped },
    ]);
  });

  test("claims where it stopped, what it cost, and who was dropped and why", () => {
    const settled = decideRace(nestedTable({ 4: steady(0.9), 32: steady(0.9) }, 4000), {
      ranks: [4, 32],
      seeds: tenSeeds,
    });
    const course = { stopped: "settled", seeds: 3, plannedSeeds: 10, runs: 6, gridRuns: 20 };
    expect(find(settled, "race-course")).toMatchObject(course);
    const spent = decideRace(falling, { ...options, leastPromise: 0 });
    expect(find(spent, "race-course")).toMatchObject({ stopped: "spent", runs: 23, gridRuns: 30 });
    const [drop] = spent.race!.looks.flatMap(({ dropped }) => dropped);
    expect(find(spent, "dropped")).toMatchObject({ ...drop, rank: 1, cause: "beyond-margin", seeds: 3 });
    expect(find(spent, "excluded")).toBeUndefined();
  });

  test("that was given up says with what chance, and what would settle it", () => {
    const noisy = nestedTable({
      1: [0.929, 0.921, 0.9],
      4: [0.865, 0.907, 0.948],
      16: [0.895, 0.93, 0.957],
      64: [0.878, 0.938, 0.954],
    });
    const decision = decideRace(noisy, { ranks: [1, 4, 16, 64], seeds: tenSeeds });
    expect(decision).toMatchObject({
      verdict: "inconclusive",
      rank: null,
      race: { stopped: "futile", runs: 12 },
    });
    expect(decision.needed!.seeds).toBeGreaterThan(10);
    const { promise } = decision.race!.looks.at(-1)!;
    expect(find(decision, "race-course")).toMatchObject({
      stopped: "futile",
      seeds: 3,
      plannedSeeds: 10,
      promise,
    });
  });

  test("while it runs is inconclusive and says so, even before its first look", () => {
    for (const seeds of [
      [0, 1, 2, 3],
      [0, 1],
    ]) {
      const decision = decideRace(partOf(falling, [1, 4, 32], seeds), options);
      expect(decision).toMatchObject({ verdict: "inconclusive", rank: null });
      expect(decision.race!.stopped).toBeUndefined();
      expect(find(decision, "race-course")).not.toHaveProperty("stopped");
    }
  });

  test("reports a rank that failed, and decides on the others", () => {
    const table = withoutRuns(falling, (rank) => rank === 1);
    const decision = decideRace(table, { ...options, leastPromise: 0 });
    expect(decision.excluded).toEqual([
      { rank: 1, reason: "dropped after 3 seeds: none of its 3 runs completed (diverged)" },
    ]);
    expect(decision.ranks.map(({ rank }) => rank)).toEqual([4, 32]);
  });

  test("is inconclusive, not an error, when every run failed", () => {
    const table = withoutRuns(falling, () => true);
    const decision = decideRace(table, options);
    expect(decision).toMatchObject({
      verdict: "inconclusive",
      rank: null,
      ranks: [],
      race: { stopped: "futile" },
    });
    expect(decision.excluded).toHaveLength(3);
  });

  test("needs at least one run", () => {
    expect(() => decideRace(outcomeTable([], [], 0), options)).toThrow(
      expect.objectContaining({ code: "E_DECIDE" }),
    );
  });

  test("names arms in its reasons, and adds none beyond the last", () => {
    const rising = nestedTable({ 1: steady(0.7), 2: steady(0.8), 3: steady(0.9) }, 2000);
    const cost = { of: "GPU hours", values: [1, 2, 3] };
    const axis = { by: "arm", names: ["attention", "mlp", "all linear"], cost };
    const options = { ranks: [1, 2, 3], seeds: tenSeeds };
    expect(decideRace(rising, options)).toMatchObject({ verdict: "extend", rank: 3 });
    const decision = decideRace({ ...rising, axis }, options);
    expect(decision).toMatchObject({ verdict: "adequate", rank: 3, axis });
    expect(decision).not.toHaveProperty("returns");
    expect(decision.race).toMatchObject({ stopped: "settled", runs: 9, gridRuns: 30 });
    const falls = nestedTable({ 1: steady(0.9), 2: steady(0.7), 3: swinging(0.903, 0.01) }, 2000);
    const other = decideRace({ ...falls, axis }, options);
    const reason =
      /^dropped after 3 seeds: it is 20\.\d ± \d+\.\d points below attention, beyond the margin$/;
    expect(other.excluded).toEqual([{ rank: 2, reason: expect.stringMatching(reason) }]);
    expect(inWords(claimsOf(other))).toContain("mlp was dropped after 3 seeds: it is ");
    const { race } = withArmNames(other, { axis }) as ArmDecision;
    expect(race!.looks[0]).toMatchObject({
      arms: axis.names,
      dropped: [{ arm: "mlp", against: "attention" }],
    });
  });
});
