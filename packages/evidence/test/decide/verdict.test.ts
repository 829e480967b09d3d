import { describe, expect, test } from "vitest";
import { compareRanks } from "../../src/decide/compare.ts";
import { pairedDesign } from "../../src/decide/paired-design.ts";
import { type Verdict, verdictOf } from "../../src/decide/verdict.ts";
import { decide } from "../../src/index.ts";
import { nestedTable, withClasses } from "./tables.ts";

/** The same accuracy under five seeds. */
function steady(accuracy: number): number[] {
  return [accuracy, accuracy, accuracy, accuracy, accuracy];
}

describe("the verdict", () => {
  test("is adequate for the smallest rank within the margin", () => {
    const table = nestedTable({ 1: steady(0.7), 4: steady(0.9), 16: steady(0.902), 32: steady(0.901) }, 4000);
    expect(decide(table)).toMatchObject({ verdict: "adequate", rank: 4, bestRank: 16 });
  });

  test("is adequate although no difference is supported, when the smallest rank is certified", () => {
    const decision = decide(withClasses(nestedTable({ 4: steady(0.9), 32: steady(0.9) }, 2000)));
    expect(decision).toMatchObject({ verdict: "adequate", rank: 4 });
  });

  test("is adequate, not extend, when the last gain is real but inside the margin", () => {
    const decision = decide(nestedTable({ 4: steady(0.9), 32: steady(0.905) }, 10_000));
    expect(decision.ranks[0]!.differenceInterval[1]).toBeLessThan(0);
    expect(decision).toMatchObject({ verdict: "adequate", rank: 4, bestRank: 32 });
  });

  test("is extend when the largest rank is the best and its gain over the next is supported", () => {
    const table = nestedTable({ 4: steady(0.7), 16: steady(0.8), 32: steady(0.9) });
    expect(decide(table)).toMatchObject({ verdict: "extend", rank: 32, bestRank: 32 });
  });

  test("is adequate for the largest rank when it is certified, a smaller one is worse, and the last gain is open", () => {
    const table = nestedTable({ 1: steady(0.7), 16: [0.915, 0.88, 0.88, 0.88, 0.915], 32: steady(0.92) });
    const decision = decide(table);
    expect(decision.ranks[1]!.differenceInterval[1]).toBeGreaterThan(0);
    expect(decision).toMatchObject({ verdict: "adequate", rank: 32 });
  });

  test("is indistinguishable with the smallest rank when nothing is supported and two margins are excluded", () => {
    const table = nestedTable({
      4: [0.897, 0.908, 0.897, 0.909, 0.895],
      32: [0.904, 0.897, 0.911, 0.896, 0.904],
    });
    const decision = decide(table);
    expect(decision.ranks[0]!.shortfallBound).toBeGreaterThan(0.01);
    expect(decision.ranks[0]!.shortfallBound).toBeLessThan(0.02);
    expect(decision).toMatchObject({ verdict: "indistinguishable", rank: 4, indifference: 0.02 });
    expect(decision.needed).toMatchObject({ rank: 4 });
  });

  test("is provisional, not adequate, when a rank is shown to be worse and the recommended one may lose up to two margins", () => {
    const close = { 4: [0.897, 0.908, 0.897, 0.909, 0.895], 32: [0.904, 0.897, 0.911, 0.896, 0.904] };
    const decision = decide(nestedTable({ 1: steady(0.7), ...close }));
    const bound = decision.ranks[1]!.shortfallBound!;
    expect([bound > 0.01, bound <= 0.02]).toEqual([true, true]);
    expect(decision).toMatchObject({ verdict: "provisional", rank: 4, needed: { rank: 4 } });
    expect(decide(nestedTable({ 1: steady(0.7), ...close }), { margin: 0.02 })).toMatchObject({
      verdict: "adequate",
      rank: 4,
    });
  });

  test("is inconclusive, and says what would settle it, when nothing is supported but much cannot be excluded", () => {
    const table = nestedTable({ 4: [0.89, 0.93, 0.9], 16: [0.94, 0.88, 0.91], 32: [0.9, 0.91, 0.93] });
    const decision = decide(table);
    expect(decision.ranks[0]!.shortfallBound).toBeGreaterThan(0.05);
    expect(decision).toMatchObject({ verdict: "inconclusive", rank: null });
    expect(decision.needed!.seeds).toBeGreaterThan(3);
  });

  test("is inconclusive when some rank is worse and the rest cannot be told apart", () => {
    const table = nestedTable({ 1: [0.6, 0.61, 0.6], 16: [0.9, 0.94, 0.88], 32: [0.93, 0.9, 0.92] });
    const decision = decide(table);
    expect(decision).toMatchObject({ verdict: "inconclusive", rank: null });
    expect(decision.needed!.seeds).toBeGreaterThan(3);
  });

  test("is inconclusive with one seed, whatever the gap, and cannot tell what would settle it", () => {
    const decision = decide(nestedTable({ 4: [0.5], 32: [0.95] }));
    expect(decision).toMatchObject({ verdict: "inconclusive", rank: null });
    expect(decision.needed).toBeUndefined();
    expect(decision.ranks.map((summary) => summary.shortfallBound)).toEqual([undefined, undefined]);
  });

  test("is inconclusive with one rank and asks for nothing, since more of the same would not help", () => {
    const decision = decide(nestedTable({ 4: steady(0.9) }));
    expect(decision).toMatchObject({ verdict: "inconclusive", rank: null });
    expect(decision.needed).toBeUndefined();
  });
});

// all-MiniLM-L6-v2 on 1,000 validation e-mails, three paired seeds, trained with PyTorch and PEFT.
describe("the verdict on measured accuracies", () => {
  test("with alpha fixed at 32 cannot tell the ranks apart, nor that they are equal", () => {
    const table = nestedTable({
      1: [0.929, 0.921, 0.9],
      4: [0.865, 0.907, 0.948],
      16: [0.895, 0.93, 0.957],
      64: [0.878, 0.938, 0.954],
    });
    expect(decide(table)).toMatchObject({ verdict: "inconclusive", rank: null });
    expect(decide(table, { margin: 0.04 })).toMatchObject({ verdict: "indistinguishable", rank: 1 });
  });

  test("with alpha = rank knows that 1 and 4 are worse but not which of 16 and 64 to take", () => {
    const table = nestedTable({
      1: [0.679, 0.679, 0.679],
      4: [0.679, 0.679, 0.679],
      16: [0.888, 0.9, 0.924],
      64: [0.857, 0.886, 0.918],
    });
    const decision = decide(table);
    expect(decision).toMatchObject({ verdict: "inconclusive", rank: null, bestRank: 16 });
    const excludesZero = decision.ranks.map((summary) => summary.differenceInterval[1] < 0);
    expect(excludesZero).toEqual([true, true, false, false]);
  });
});

describe("the verdict on what is left of a race", () => {
  const left = (accuracies: Readonly<Record<number, readonly number[]>>, dropped: number[]): Verdict => {
    const design = pairedDesign(nestedTable(accuracies, 4000));
    const comparison = compareRanks(design, "accuracy", 0.95);
    return verdictOf({ ranks: design.ranks, seeds: 5, margin: 0.01, comparison, dropped });
  };

  test("takes the one rank that is left, and asks for larger ones only if none was larger", () => {
    expect(left({ 4: steady(0.9) }, [1])).toMatchObject({ verdict: "extend", rank: 4 });
    expect(left({ 4: steady(0.9) }, [1, 16])).toMatchObject({ verdict: "adequate", rank: 4 });
    expect(left({ 4: steady(0.9) }, [])).toMatchObject({ verdict: "inconclusive", rank: null });
  });

  test("does not extend from the largest that is left when a larger one was dropped", () => {
    const rising = { 4: steady(0.8), 16: steady(0.9) };
    expect(left(rising, [])).toMatchObject({ verdict: "extend", rank: 16 });
    expect(left(rising, [32])).toMatchObject({ verdict: "adequate", rank: 16 });
  });

  test("does not call ranks indistinguishable once one of them was told apart", () => {
    const close = { 4: [0.897, 0.908, 0.897, 0.909, 0.895], 32: [0.904, 0.897, 0.911, 0.896, 0.904] };
    expect(left(close, []).verdict).not.toBe("adequate");
    const verdict = left(close, [1]);
    expect(verdict.verdict).not.toBe("indistinguishable");
  });
});
