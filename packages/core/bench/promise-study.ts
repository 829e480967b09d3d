import { compareRanks } from "../src/decide/compare.ts";
import { pairedDesign } from "../src/decide/paired-design.ts";
import { neededDesign } from "../src/decide/plan.ts";
import type { VarianceComponents } from "../src/decide/components.ts";
import { shortfallBound } from "../src/decide/compare.ts";
import { drawTable, type World, worlds } from "./worlds.ts";

const power = 0.8;
const pair = [0.85, 0.85];

/**
 * What `neededDesign` promises for two equal ranks, from the components of a large sweep, and how often a sweep of that
 * size, and of a fifth fewer and more examples, does certify the smaller rank.
 */
export function promiseTable(sweeps: number): string[] {
  const lines = [
    "",
    "| world, margin, seeds at least | promised examples and seeds | certified | with 1/1.2 of the examples | with 1.2 times |",
    "| --- | --- | --- | --- | --- |",
  ];
  for (const name of ["plain", "quiet", "beta"]) {
    const world = worlds.find((candidate) => candidate.name === name)!;
    const components = pilot(world);
    for (const [margin, seeds] of [
      [0.01, 10],
      [0.02, 3],
      [0.02, 5],
      [0.03, 3],
    ] as const) {
      const design = neededDesign({ components, seeds, examples: 200, unit: 1, tail: 0.05, margin, power });
      if (!design || design.seeds * design.examples > 400_000) {
        lines.push(`| ${name}, ${100 * margin}, ${seeds} | ${design ? `${design.examples} and ${design.seeds}: not drawn` : "none"} | | | |`);
        continue;
      }
      const rates = [1, 1 / 1.2, 1.2].map((factor) => {
        const scaled = { seeds: design.seeds, examples: Math.round(design.examples * factor) };
        let certified = 0;
        for (let i = 0; i < sweeps; i++) {
          const table = drawTable(world, pair, scaled, 9_000_000 + i);
          const { pairs } = compareRanks(pairedDesign(table), "accuracy", 0.95);
          if (shortfallBound(pairs, 4) <= margin) certified++;
        }
        return (certified / sweeps).toFixed(3);
      });
      lines.push(
        `| ${name}, ${100 * margin}, ${seeds} | ${design.examples} and ${design.seeds} | ${rates.join(" | ")} |`,
      );
      console.error(`promise ${name} ${margin} ${seeds}`);
    }
  }
  return lines;
}

/** Components of the difference of two equal ranks: the mean over sweeps of 40 seeds and 2,000 examples. */
function pilot(world: World): VarianceComponents {
  const fits = Array.from({ length: 20 }, (_, i) => {
    const table = drawTable(world, pair, { seeds: 40, examples: 2000 }, 8_000_000 + i);
    return compareRanks(pairedDesign(table), "accuracy", 0.95).pairs[0]!.fit.components;
  });
  const mean = (pick: (components: VarianceComponents) => number): number =>
    fits.reduce((sum, fit) => sum + pick(fit), 0) / fits.length;
  return { seed: mean((fit) => fit.seed!), example: mean((fit) => fit.example), residual: mean((fit) => fit.residual) };
}
