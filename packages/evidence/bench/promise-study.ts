import { compareRanks, shortfallBound } from "../src/decide/compare.ts";
import type { CrossedFit, VarianceComponents } from "../src/decide/interval/components.ts";
import { pairedDesign } from "../src/decide/paired-design.ts";
import { neededDesign } from "../src/decide/plan/plan.ts";
import { drawTable, type World, worlds } from "./worlds.ts";

/** As a plan before a run aims. */
const power = 0.82;
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
    const { components, differing } = pilot(world);
    for (const [margin, seeds] of [
      [0.01, 10],
      [0.02, 3],
      [0.02, 5],
      [0.03, 3],
    ] as const) {
      const design = neededDesign({
        components,
        seeds,
        examples: 200,
        unit: 1,
        differing,
        tail: 0.05,
        margin,
        power,
      });
      if (!design || design.seeds * design.examples > 400_000) {
        lines.push(
          `| ${name}, ${100 * margin}, ${seeds} | ${design ? `${design.examples} and ${design.seeds}: not drawn` : "none"} | | | |`,
        );
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

/** Components of the difference of two equal ranks: the mean over sweeps of 10 seeds and 4,000 examples. */
function pilot(world: World): { components: VarianceComponents; differing: number } {
  const fits = Array.from({ length: 60 }, (_, i) => {
    const table = drawTable(world, pair, { seeds: 10, examples: 4000 }, 8_000_000 + i);
    return compareRanks(pairedDesign(table), "accuracy", 0.95).pairs[0]!.fit;
  });
  const mean = (pick: (fit: CrossedFit) => number): number =>
    fits.reduce((sum, fit) => sum + pick(fit), 0) / fits.length;
  return {
    components: {
      seed: mean((fit) => fit.components.seed!),
      example: mean((fit) => fit.components.example),
      residual: mean((fit) => fit.components.residual),
    },
    differing: mean((fit) => fit.differing / fit.examples),
  };
}
