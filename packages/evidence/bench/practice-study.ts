import { practices, runAccuracies } from "./practices.ts";
import { judge, margin } from "./verdict-cells.ts";
import { drawTable, ranks, truths, type World } from "./worlds.ts";

/**
 * Share of sweeps in which each practice names a rank that is worse than the margin, or more than twice the smallest
 * rank that is good enough.
 */
export function practiceTable(worlds: readonly World[], sweeps: number): string[] {
  const lines = [
    "",
    "| world, truth, examples, seeds | practice | worse than the margin | more than twice too large | names none |",
    "| --- | --- | --- | --- | --- |",
  ];
  const designs = [
    { seeds: 3, examples: 872 },
    { seeds: 10, examples: 872 },
  ];
  for (const world of worlds) {
    for (const truth of truths.filter(({ name }) => ["equal", "gap 2", "rising"].includes(name))) {
      for (const design of designs) {
        const counts = new Map<string, { worse: number; large: number; none: number }>();
        const { accuracies } = truth;
        const best = Math.max(...accuracies);
        const smallest = ranks.find((_, index) => best - accuracies[index]! <= margin + 1e-9)!;
        const count = (name: string, rank: number | null): void => {
          const tally = counts.get(name) ?? { worse: 0, large: 0, none: 0 };
          counts.set(name, tally);
          if (rank === null) tally.none++;
          else if (best - accuracies[ranks.indexOf(rank)]! > margin + 1e-9) tally.worse++;
          else if (rank > 2 * smallest) tally.large++;
        };
        for (let i = 0; i < sweeps; i++) {
          const table = drawTable(world, accuracies, design, 7_000_000 + i);
          const accuraciesOfRuns = runAccuracies(table);
          for (const { name, choose } of practices) count(name, choose(accuraciesOfRuns));
          count("this verdict", judge(table).rank);
        }
        for (const [name, { worse, large, none }] of counts) {
          const share = (value: number): string => ((100 * value) / sweeps).toFixed(1);
          lines.push(
            `| ${world.name}, ${truth.name}, ${design.examples}, ${design.seeds} | ${name} | ${share(worse)} | ` +
              `${share(large)} | ${share(none)} |`,
          );
        }
        console.error(`practice ${world.name} ${truth.name} ${design.examples}`);
      }
    }
  }
  return lines;
}
