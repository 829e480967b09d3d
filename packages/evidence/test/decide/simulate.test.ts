import { describe, expect, test } from "vitest";
import { type SimulatedWorld, simulatedLogLosses, simulateOutcomes } from "../../src/decide/simulate.ts";

const world: SimulatedWorld = { ranks: [4, 32], accuracies: [0.7, 0.9], seeds: 3, examples: 200 };

function mean(values: ArrayLike<number>): number {
  return Array.from(values).reduce((sum, value) => sum + value, 0) / values.length;
}

describe("simulateOutcomes", () => {
  test("draws the same table for the same seed and another one for the next", () => {
    expect(simulateOutcomes(world, 5)).toEqual(simulateOutcomes(world, 5));
    expect(simulateOutcomes(world, 6)).not.toEqual(simulateOutcomes(world, 5));
  });

  test("has the accuracies and log losses of its world, over many sweeps", () => {
    const sweeps = 300;
    const truth = simulatedLogLosses(world);
    const accuracies: number[][] = [[], []];
    const logLosses: number[][] = [[], []];
    for (let seed = 0; seed < sweeps; seed++) {
      for (const cell of simulateOutcomes(world, seed).cells) {
        const index = world.ranks.indexOf(cell.rank);
        accuracies[index]!.push(mean(cell.correct));
        logLosses[index]!.push(mean(cell.logLoss!));
      }
    }
    // Runs of one sweep share examples, so the standard error is taken as if each sweep were one run.
    const near = (values: number[], expected: number): void => {
      const centre = mean(values);
      const sd = Math.sqrt(mean(values.map((value) => (value - centre) ** 2)));
      expect(Math.abs(centre - expected)).toBeLessThan((3 * sd) / Math.sqrt(sweeps));
    };
    near(accuracies[0]!, 0.7);
    near(accuracies[1]!, 0.9);
    near(logLosses[0]!, truth[0]!);
    near(logLosses[1]!, truth[1]!);
  });

  test("calls an example right exactly when the truth is likelier than not", () => {
    for (const cell of simulateOutcomes(world, 1).cells) {
      expect(Array.from(cell.logLoss!, (loss) => (loss < Math.LN2 ? 1 : 0))).toEqual([
        ...(cell.correct as Float64Array),
      ]);
    }
  });

  test("gives ranks the same examples, so that pairing helps", () => {
    const { cells } = simulateOutcomes({ ...world, accuracies: [0.8, 0.8], examples: 2000 }, 1);
    const [a, b] = [cells[0]!, cells[3]!];
    const agree = mean(Array.from(a.correct, (value, e) => (value === b.correct[e] ? 1 : 0)));
    // Independent runs would agree on 0.8² + 0.2² = 0.68.
    expect(agree).toBeGreaterThan(0.8);
  });

  test("wants one accuracy for each rank, inside 0 and 1", () => {
    expect(() => simulateOutcomes({ ...world, accuracies: [0.7, 1] }, 1)).toThrow(
      expect.objectContaining({
        code: "E_WORLD",
        message: "accuracies must be one number between 0 and 1 for each of 2 ranks, got [0.7, 1]",
      }),
    );
  });
});
