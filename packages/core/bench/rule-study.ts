import { compareRanks, shortfallBound } from "../src/decide/compare.ts";
import { pairedDesign } from "../src/decide/paired-design.ts";
import { margin } from "./verdict-cells.ts";
import { drawTable, ranks, truths, type World } from "./worlds.ts";

const multiples = [1.5, 2, 3, 5, Infinity];

/**
 * How often ranks would be called indistinguishable if the smallest one's shortfall had to be excluded beyond so many
 * margins: no difference supported, no smaller rank than the largest certified.
 */
export function ruleTable(worlds: readonly World[], sweeps: number): string[] {
  const lines = [
    "",
    `| world, truth, examples, seeds | ${multiples.map((multiple) => `${multiple} margins`).join(" | ")} |`,
    `|${" --- |".repeat(multiples.length + 1)}`,
  ];
  for (const world of worlds) {
    for (const truth of truths.filter(({ name }) => ["equal", "gap 1.5", "gap 2", "gap 3"].includes(name))) {
      for (const [examples, seeds] of [
        [872, 3],
        [872, 10],
        [3000, 3],
        [3000, 5],
        [3000, 10],
      ] as const) {
        const counts = multiples.map(() => 0);
        for (let i = 0; i < sweeps; i++) {
          const table = drawTable(world, truth.accuracies, { seeds, examples }, 6_000_000 + i);
          const { pairs } = compareRanks(pairedDesign(table), "accuracy", 0.95);
          if (pairs.some(({ supported }) => supported)) continue;
          if (ranks.slice(0, -1).some((rank) => shortfallBound(pairs, rank) <= margin)) continue;
          const bound = shortfallBound(pairs, ranks[0]!);
          multiples.forEach((multiple, m) => {
            if (bound <= multiple * margin) counts[m]!++;
          });
        }
        const shares = counts.map((count) => ((100 * count) / sweeps).toFixed(1));
        lines.push(`| ${world.name}, ${truth.name}, ${examples}, ${seeds} | ${shares.join(" | ")} |`);
      }
    }
  }
  return lines;
}
