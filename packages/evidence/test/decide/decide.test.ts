import { describe, expect, test } from "vitest";
import type { OutcomeTable } from "../../src/decide/outcomes.ts";
import { outcomeTable } from "../../src/decide/outcomes.ts";
import { simulateOutcomes } from "../../src/decide/simulate.ts";
import { decide } from "../../src/index.ts";
import { find } from "../words/find.ts";
import { nestedTable, withoutRuns } from "./tables.ts";

const world = { ranks: [4, 16, 32], accuracies: [0.8, 0.85, 0.9], seeds: 4, examples: 200 };
const table = simulateOutcomes(world, 11);

describe("decide", () => {
  test.each(["f2", "higher:f1", "constructor", 7])("names the metrics alone for a metric of %j", (metric) => {
    const message = `metric must be "accuracy" or "log-loss" or "f1" or "macro-f1" or "mcc" or "auroc", got ${JSON.stringify(metric)}`;
    const refuse = () => decide(table, { metric: metric as "accuracy" });
    expect(refuse).toThrow(expect.objectContaining({ code: "E_DECIDE", message }));
  });
  test("defaults to accuracy, one point and 95 %, and to 0.02 nats of log loss", () => {
    expect(decide(table)).toMatchObject({ metric: "accuracy", margin: 0.01, confidence: 0.95 });
    expect(decide(table, { metric: "log-loss" })).toMatchObject({ metric: "log-loss", margin: 0.02 });
  });

  test("reports each rank's own figures and its difference to the best", () => {
    const { ranks, bestRank, seeds, examples } = decide(nestedTable({ 4: [0.8, 0.9], 32: [0.9, 0.94] }));
    expect([bestRank, seeds, examples]).toEqual([32, 2, 1000]);
    expect(ranks[0]!.accuracy).toBeCloseTo(0.85, 12);
    expect(ranks[0]!.differenceToBest).toBeCloseTo(-0.07, 12);
    expect(ranks[1]).toMatchObject({ differenceToBest: 0, differenceInterval: [0, 0], seeds: 2 });
  });

  test("gives log-loss differences in nats of this rank minus the best: above 0 is worse", () => {
    const { ranks, bestRank } = decide(table, { metric: "log-loss" });
    const best = ranks.find((summary) => summary.rank === bestRank)!;
    for (const summary of ranks) {
      expect(summary.differenceToBest).toBeCloseTo(summary.logLoss! - best.logLoss!, 12);
      expect(summary.differenceToBest).toBeGreaterThanOrEqual(0);
    }
  });

  test("leaves log loss out when the outcomes have none", () => {
    const { ranks } = decide(nestedTable({ 4: [0.8, 0.9], 32: [0.9, 0.94] }));
    expect(Object.keys(ranks[0]!)).not.toContain("logLoss");
    expect(Object.keys(ranks[0]!)).not.toContain("logLossInterval");
  });

  test("gives the same decision for seeds and examples in any order", () => {
    const order = Array.from({ length: 200 }, (_, e) => (e * 77) % 200);
    const pick = (values: ArrayLike<number>): number[] => order.map((e) => values[e]!);
    const shuffled: OutcomeTable = outcomeTable(
      [...table.cells].reverse().map((cell) => ({
        rank: cell.rank,
        seed: (cell.seed + 1) % 4,
        correct: pick(cell.correct),
        logLoss: pick(cell.logLoss!),
      })),
      [],
      200,
    );
    const [a, b] = [decide(table), decide(shuffled)];
    expect(b.verdict).toBe(a.verdict);
    a.ranks.forEach((summary, index) => {
      expect(b.ranks[index]!.differenceInterval[0]).toBeCloseTo(summary.differenceInterval[0], 12);
      expect(b.ranks[index]!.interval![0]).toBeCloseTo(summary.interval![0], 12);
      expect(b.ranks[index]!.shortfallBound).toBeCloseTo(summary.shortfallBound!, 12);
    });
  });

  test("swapping two ranks swaps their figures and turns the sign of their difference", () => {
    const pair = simulateOutcomes({ ranks: [4, 32], accuracies: [0.8, 0.9], seeds: 4, examples: 200 }, 3);
    const swapped = outcomeTable(
      pair.cells.map((cell) => ({ ...cell, rank: cell.rank === 4 ? 32 : 4 })),
      [],
      200,
    );
    const [a, b] = [decide(pair), decide(swapped)];
    expect([a.bestRank, b.bestRank]).toEqual([32, 4]);
    expect(b.ranks[1]!.differenceToBest).toBe(a.ranks[0]!.differenceToBest);
    expect(b.ranks[0]!.interval).toEqual(a.ranks[1]!.interval);
  });

  test("does not believe more in a difference because every example is there ten times", () => {
    const noisy = { 4: [0.85, 0.91, 0.88], 32: [0.9, 0.89, 0.93] };
    const width = (examples: number): number => {
      const [lo, hi] = decide(nestedTable(noisy, examples)).ranks[0]!.differenceInterval;
      return hi - lo;
    };
    expect(width(10_000)).toBeGreaterThan(0.98 * width(1000));
  });

  test("takes the smaller of two equally good ranks for the best", () => {
    expect(decide(nestedTable({ 8: [0.9, 0.9], 16: [0.9, 0.9] })).bestRank).toBe(8);
  });

  test("compares the seeds that are left when one run diverged, and says so", () => {
    const full = nestedTable({ 4: [0.9, 0.9, 0.1, 0.9], 32: [0.9, 0.9, 0.9, 0.9] });
    const decision = decide(withoutRuns(full, (rank, seed) => rank === 32 && seed === 2));
    expect(decision.seeds).toBe(3);
    expect(decision.ranks[0]!.accuracy).toBeCloseTo(0.9, 12);
    const failures = [{ rank: 32, seed: 2, status: "diverged" }];
    expect(decision.leftOut).toEqual(failures);
    expect(find(decision, "left-out-seeds")).toMatchObject({ seeds: [2], failures });
  });

  test("reports a rank without a completed run and never recommends it", () => {
    const full = nestedTable({ 4: [0.9, 0.9, 0.9], 32: [0.9, 0.9, 0.9] }, 3000);
    const decision = decide(withoutRuns(full, (rank) => rank === 4));
    expect(decision.rank).toBeNull();
    expect(decision.excluded).toEqual([{ rank: 4, reason: "none of its 3 runs completed (diverged)" }]);
    expect(find(decision, "excluded")).toMatchObject(decision.excluded![0]!);
  });

  test("is inconclusive, not an error, when no run completed", () => {
    const decision = decide(withoutRuns(nestedTable({ 4: [0.9], 32: [0.9] }), () => true));
    expect(decision).toMatchObject({
      verdict: "inconclusive",
      rank: null,
      bestRank: null,
      ranks: [],
      seeds: 0,
    });
    expect(decision.excluded).toHaveLength(2);
  });

  test("names all options that are wrong at once", () => {
    const options = { metric: "log-loss" as const, margin: -1, confidence: 95 };
    expect(() => decide(nestedTable({ 4: [0.9], 32: [0.9] }, 1), options)).toThrow(
      expect.objectContaining({
        code: "E_DECIDE",
        message: [
          "margin must be at least 0 nats, got -1",
          "confidence must be at least 0.5 and below 1, got 95",
          "examples must be at least 2, got 1",
          "logLoss must be present in all outcomes to compare on log-loss",
        ].join("\n"),
      }),
    );
    expect(() => decide(table, { margin: 1 })).toThrow(
      "margin must be at least 0 and below 1 (0.01 is 1%), got 1",
    );
  });
});
