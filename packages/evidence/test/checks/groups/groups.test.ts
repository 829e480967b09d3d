import { describe, expect, test } from "vitest";
import type { OutcomeTable } from "../../../src/decide/outcomes.ts";
import { observedNoise } from "../../../src/decide/plan/pair-noise.ts";
import { decide, decideResults, simulateOutcomes } from "../../../src/index.ts";
import type { TrialResult } from "../../../src/schema/types.ts";
import { inWords } from "../../../src/words/in-words.ts";
import { find } from "../../words/find.ts";

const world = { ranks: [4, 8, 16], accuracies: [0.85, 0.85, 0.85], seeds: 5, examples: 600 };
const grouped = simulateOutcomes({ ...world, groupSize: 20, rankGroupSd: 0.7 }, 5);

const withoutGroups = (table: OutcomeTable): OutcomeTable => ({
  ...table,
  cells: table.cells.map(({ groups: _, ...cell }) => cell),
});

describe("examples in groups", () => {
  test("widen the intervals, and the verdict says by how much", () => {
    const [told, untold] = [decide(grouped), decide(withoutGroups(grouped))];
    expect(told.groups).toMatchObject({ count: 30, largest: 20 });
    const ratios = told.pairs!.map(({ interval }, i) => {
      const [low, high] = untold.pairs![i]!.interval;
      return (interval[1] - interval[0]) / (high - low);
    });
    expect(told.groups!.widening).toBeCloseTo(ratios.sort((a, b) => a - b)[1]!, 12);
    expect(told.groups!.widening).toBeGreaterThan(1.2);
    expect(untold).not.toHaveProperty("groups");
    for (const [i, { accuracy }] of told.ranks.entries())
      expect(accuracy).toBeCloseTo(untold.ranks[i]!.accuracy!, 12);
    expect(inWords(find(told, "groups")!)).toBe(
      "The 600 examples are in 30 groups, the largest of 20: intervals and plan count groups. " +
        `Intervals of differences are ${told.groups!.widening!.toFixed(2)} times as wide as for independent examples.`,
    );
  });

  test("are more in a plan: its noise is that of groups", () => {
    const [told, untold] = [grouped, withoutGroups(grouped)].map((table) => observedNoise(table, "accuracy"));
    expect(told).toMatchObject({ groupSize: 20 });
    expect(told!.components.example).toBeGreaterThan(2 * untold!.components.example);
    const needed = (table: OutcomeTable) => decide(table, { margin: 0.005 }).needed!.examples;
    expect(needed(grouped)).toBeGreaterThan(needed(withoutGroups(grouped)));
  });

  test("of one example each change nothing", () => {
    const independent = simulateOutcomes(world, 5);
    const numbers = Int32Array.from({ length: 600 }, (_, e) => e);
    const cells = independent.cells.map((cell) => ({ ...cell, groups: numbers }));
    const { groups, pairs } = decide({ ...independent, cells });
    expect(groups).toMatchObject({ count: 600, largest: 1, widening: expect.closeTo(1, 10) });
    expect(pairs![0]!.interval[0]).toBeCloseTo(decide(independent).pairs![0]!.interval[0], 10);
    expect(inWords(find(decide({ ...independent, cells }), "groups")!)).toBe(
      "Each of the 600 examples is a group of its own, so groups change nothing.",
    );
  });

  test("must be two or more", () => {
    const cells = grouped.cells.map((cell) => ({ ...cell, groups: new Int32Array(600) }));
    const message = "examples must be in at least 2 groups, got 1";
    expect(() => decide({ ...grouped, cells })).toThrow(
      expect.objectContaining({ code: "E_DECIDE", message }),
    );
  });

  test("of a sweep are those of its data, one for each outcome", () => {
    const trials = grouped.cells.map(({ rank, seed, correct }) => ({
      spec: { seed, lora: { rank }, optimizer: {}, base: {}, data: {}, task: {} },
      status: "completed",
      lossCurve: [],
      evaluation: { correct: Array.from(correct) },
    })) as unknown as TrialResult[];
    const sweep = {
      ranks: world.ranks,
      seeds: [0, 1, 2, 3, 4],
      metric: "accuracy",
      margin: 0.01,
      confidence: 0.95,
    } as const;
    const validationGroups = Array.from({ length: 600 }, (_, e) => Math.floor(e / 20));
    const { groups } = decideResults({ trials, sweep, data: { validationGroups } });
    expect(groups).toEqual(decide(grouped).groups);
    expect(() => decideResults({ trials, sweep, data: { validationGroups: [0, 1] } })).toThrow(
      "validationGroups must be as many as the outcomes of a trial, got 2 and 600",
    );
  });

  test("that move each rank by itself make no difference between equal ranks", () => {
    const sweeps = 40;
    let [told, untold] = [0, 0];
    for (let i = 0; i < sweeps; i++) {
      const table = simulateOutcomes({ ...world, examples: 2000, groupSize: 100, rankGroupSd: 0.5 }, 100 + i);
      const isWrong = (one: OutcomeTable) =>
        decide(one).pairs!.some(({ interval: [low, high] }) => low > 0 || high < 0);
      if (isWrong(table)) told++;
      if (isWrong(withoutGroups(table))) untold++;
    }
    expect(untold).toBeGreaterThan(8);
    expect(told).toBeLessThanOrEqual(4);
  });
});
