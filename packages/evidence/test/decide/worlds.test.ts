import { describe, expect, test } from "vitest";
import { runAccuracies } from "../../bench/practices.ts";
import { drawTable, worlds } from "../../bench/worlds.ts";

describe.each(worlds)("the study's world $name", (world) => {
  test("has the accuracies that it names: 40 sweeps of 40 seeds and 200 examples", () => {
    const accuracies = [0.83, 0.86];
    const sweeps = 40;
    const means = [0, 0];
    for (let i = 0; i < sweeps; i++) {
      const table = drawTable(world, accuracies, { seeds: 40, examples: 200 }, i);
      runAccuracies(table).means.forEach((mean, rank) => {
        means[rank]! += mean / sweeps;
      });
    }
    // Three standard errors of 8,000 examples of sd 0.3 are 0.010; those of 1,600 seeds are smaller.
    for (const [rank, accuracy] of accuracies.entries())
      expect(Math.abs(means[rank]! - accuracy)).toBeLessThan(0.012);
  });
});
