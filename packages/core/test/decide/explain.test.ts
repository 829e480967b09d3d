import { describe, expect, test } from "vitest";
import { decide } from "../../src/decide/decide.ts";
import { nestedTable } from "./tables.ts";

const fiveTimes = (accuracy: number): number[] => Array.from({ length: 5 }, () => accuracy);

describe("the explanation", () => {
  test("of an adequate rank says the bound, the comparison and which smaller rank is worse", () => {
    const table = nestedTable({ 1: fiveTimes(0.7), 4: fiveTimes(0.9), 32: fiveTimes(0.902) }, 4000);
    expect(decide(table).explanation).toBe(
      "Take rank 4, the smallest one certified: at 95% confidence no other rank tried is better by more than 0.4 " +
        "points, which is within the margin of 1 point. r=4 is 0.2 ± 0.2 points below r=32 and its adapter is 8× " +
        "smaller. r=1 is worse than others. This rests on paired runs with 5 seeds and 4,000 examples; ± holds for " +
        "all pairs of ranks at once.",
    );
  });

  test("of an adequate rank above others that are merely not certified says that these may be as good", () => {
    // Rank 4 is 1.2 points below on average and varies from run to run.
    const table = nestedTable(
      { 1: fiveTimes(0.7), 4: [0.888, 0.905, 0.878, 0.896, 0.875], 16: fiveTimes(0.9), 32: fiveTimes(0.9) },
      4000,
    );
    const { verdict, rank, ranks, explanation } = decide(table);
    expect([verdict, rank]).toEqual(["adequate", 16]);
    const bound = 100 * ranks[1]!.shortfallBound!;
    const said = explanation.match(
      /r=1 is worse than others\. r=4 may be as good: it is not shown to be worse, but the data cannot rule out that it lies up to ([\d.]+) points below another rank\. About [\d,]+ examples and \d+ seeds would tell, if the ranks are equal\./,
    );
    expect(Number(said![1])).toBeGreaterThanOrEqual(bound);
    expect(Number(said![1])).toBeLessThan(bound + 0.1);
  });

  test("of an adequate rank with nothing below it says nothing of smaller ranks", () => {
    const { explanation } = decide(nestedTable({ 4: fiveTimes(0.9), 32: fiveTimes(0.9) }, 4000));
    expect(explanation).toMatch(/^Take rank 4: at 95% confidence/);
    expect(explanation).not.toMatch(/worse|may be as good/);
  });

  test("says indistinguishable: take 4 exactly when that is the verdict", () => {
    const accuracies = { 4: [0.897, 0.908, 0.897, 0.909, 0.895], 32: [0.904, 0.897, 0.911, 0.896, 0.904] };
    const unclear = decide(nestedTable(accuracies));
    expect(unclear.verdict).toBe("indistinguishable");
    expect(unclear.explanation).toContain("indistinguishable: take 4.");
    expect(unclear.explanation).toMatch(
      /r=4 is \d+\.\d ± \d+\.\d points below r=32 and its adapter is 8× smaller\./,
    );
    expect(unclear.explanation).toMatch(
      /cannot be excluded that another rank is better than r=4 by up to [\d.]+ points/,
    );
    expect(unclear.explanation).toMatch(/About [\d,]+ examples and \d+ seeds would be enough to certify it/);
    for (const other of [fiveTimes(0.9), fiveTimes(0.95)]) {
      const clear = decide(nestedTable({ 4: fiveTimes(0.9), 32: other }, 4000));
      expect(clear.explanation).not.toContain("indistinguishable");
    }
  });

  test("of intervals too wide to call the ranks equal says how much they leave open and what would settle it", () => {
    const { explanation, needed } = decide(nestedTable({ 4: [0.89, 0.93, 0.9], 32: [0.94, 0.88, 0.93] }));
    expect(explanation).toMatch(
      /^Inconclusive: no difference between any two ranks is supported at 95% confidence, but the intervals are too wide/,
    );
    expect(explanation).toMatch(
      /another one may be better than r=4 by up to [\d.]+ points, where the margin is 1 point\./,
    );
    expect(explanation).toContain(`and ${needed!.seeds} seeds would settle it, if the ranks are equal.`);
    expect(explanation).not.toContain("indistinguishable");
  });

  test("of a rising curve says the gain and to go on", () => {
    const { explanation } = decide(
      nestedTable({ 4: fiveTimes(0.7), 16: fiveTimes(0.8), 32: fiveTimes(0.9) }),
    );
    expect(explanation).toContain("still rises at the largest rank tried: r=32 is 10.0 ±");
    expect(explanation).toContain("points better than r=16. Take rank 32 for now and try larger ones.");
  });

  test("of an open question names what is ruled out, what is left and what would settle it", () => {
    const table = nestedTable({ 1: [0.6, 0.61, 0.6], 16: [0.9, 0.94, 0.88], 32: [0.93, 0.9, 0.92] });
    const { explanation, needed } = decide(table);
    expect(explanation).toContain(
      "r=1 is worse than others, but among r=16 and r=32 none is certified within the margin",
    );
    expect(explanation).toContain(`and ${needed!.seeds} seeds would settle it, if these ranks are equal.`);
  });

  test("of one seed says why nothing is claimed", () => {
    expect(decide(nestedTable({ 4: [0.5], 32: [0.95] })).explanation).toContain(
      "one seed cannot show how much a rank varies from run to run",
    );
  });

  test("speaks of nats, and of worse and better, when ranks are compared on log loss", () => {
    const cells = [4, 32].flatMap((rank) =>
      [0, 1, 2].map((seed) => ({
        rank,
        seed,
        correct: [1, 1, 1, 0],
        logLoss: [0.1, 0.2, 0.3, 0.9].map((loss) => loss + (rank === 4 ? 0.03 * (seed + 1) : 0)),
      })),
    );
    const table = { ranks: [4, 32], seeds: [0, 1, 2], examples: 4, cells, failures: [] };
    expect(decide(table, { metric: "log-loss" }).explanation).toMatch(
      /r=4 is 0\.06\d* ± 0\.0\d+ nats worse than r=32 and its adapter is 8× smaller/,
    );
  });

  test("says of rank 0 that it needs no adapter", () => {
    const { explanation } = decide(nestedTable({ 0: fiveTimes(0.9), 8: fiveTimes(0.9) }, 4000));
    expect(explanation).toContain("r=0 is 0.00 ± 0.09 points from r=8 and it needs no adapter.");
  });
});
