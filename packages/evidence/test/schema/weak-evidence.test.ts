import { describe, expect, test } from "vitest";
import { simulateOutcomes } from "../../src/decide/simulate.ts";
import { decide } from "../../src/index.ts";
import { weakEvidence } from "../../src/schema/weak-evidence.ts";
import { nestedTable } from "../decide/tables.ts";

const world = { ranks: [4, 32], accuracies: [0.9, 0.9], seeds: 3, examples: 2000 };
const strong = decide(simulateOutcomes(world, 1), { margin: 0.05 });

describe("weak evidence", () => {
  test("is none for three seeds and 2,000 examples", () => {
    expect(strong).toMatchObject({ verdict: "adequate", rank: 4 });
    expect(strong).not.toHaveProperty("weakEvidence");
  });

  test("is two seeds and 24 examples, in the decision and in its headline", () => {
    const table = simulateOutcomes({ ranks: [2, 8], accuracies: [0.8, 0.8], seeds: 2, examples: 24 }, 1);
    const decision = decide(table, { margin: 0.4 });
    expect(decision).toMatchObject({ rank: 2, weakEvidence: { seeds: 2, examples: 24 } });
    expect(decision.explanation).toMatch(/^Use rank 2, on weak evidence \(2 seeds, 24 examples\b/);
  });

  test("is none of a decision that names no rank", () => {
    const open = decide(nestedTable({ 4: [0.5, 0.9], 32: [0.9, 0.5] }, 50));
    expect(open).toMatchObject({ rank: null, certifiedRank: null });
    expect(open).not.toHaveProperty("weakEvidence");
  });

  test("is few groups, and an interval of more than half of the range", () => {
    const groups = { count: 12, largest: 9, widening: 1.5 };
    expect(weakEvidence({ ...strong, groups })).toEqual({ groups: 12 });
    const [first, ...rest] = strong.ranks;
    const ranks = [{ ...first!, interval: [0.4, 0.95] as const }, ...rest];
    expect(weakEvidence({ ...strong, ranks })).toEqual({ interval: [0.4, 0.95] });
  });

  test("does not count examples whose number is unknown", () => {
    expect(weakEvidence({ ...strong, examples: 0 })).toBeUndefined();
  });
});

test("no rank may lose more than the metric can show", () => {
  const loud = decide(nestedTable({ 4: [0.1, 0.9], 32: [0.9, 0.1] }, 20));
  expect(loud.ranks.map(({ shortfallBound }) => shortfallBound)).toEqual([1, 1]);
  expect(loud.bestBet).toMatchObject({ mayLose: 1 });
});
