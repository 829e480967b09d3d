/**
 * Errors and power of decisions on F1, macro F1, the Matthews correlation and AUROC, where positives are rare, and on means over
 * tasks of unequal size. Prints markdown.
 *
 *     node --conditions=@lorank/source --import tsx bench/set-metrics.ts [--tables=300] [--metrics=f1,mcc,auroc,task-log-loss]
 *       [--shares=0.01,0.05,0.2] [--examples=200,500,2000] [--seeds=3,5] [--values=0.7] [--gaps=0,0.15] [--first=0]
 */
import { compareRanks, rankScore } from "../src/decide/compare.ts";
import { pairedDesign } from "../src/decide/paired-design.ts";
import { metricOf } from "../src/schema/metric.ts";
import { meanAndInterval } from "../src/schema/scores.ts";
import type { SetMetricName } from "../src/schema/set-metrics.ts";
import { classCounts } from "../src/statistics/set-metrics.ts";
import { type ClassWorld, classOutcomes, separationFor, trueValue } from "./class-worlds.ts";

const options = new Map(
  process.argv.slice(2).map((argument) => argument.replace(/^--/, "").split("=") as [string, string]),
);
const listed = (name: string, fallback: string): string[] => (options.get(name) ?? fallback).split(",");
const numbers = (name: string, fallback: string): number[] => listed(name, fallback).map(Number);
const tables = Number(options.get("tables") ?? 300);
const first = Number(options.get("first") ?? 0);
const fewest = Number(options.get("fewest") ?? 2);
const confidence = 0.95;
const metrics = listed("metrics", "f1,mcc,auroc") as SetMetricName[];

interface Counted {
  tables: number;
  refused: number;
  differ: number;
  missed: number;
  lowBound: number;
  own: number;
  ownRuns: number;
  width: number;
}

function countedIn(world: ClassWorld, of: (metric: SetMetricName) => Counted): void {
  const truths = new Map(
    metrics.map((metric) => [metric, world.separations.map((_, rank) => trueValue(world, rank, metric))]),
  );
  for (let draw = 0; draw < tables; draw++) {
    const table = classOutcomes(world, 1000 * (first + draw) + world.examples + world.seeds);
    const design = pairedDesign(table);
    const counts = classCounts(design.cells[0]![0]!.truth!);
    const rarest = Math.min(counts.get(1) ?? 0, counts.get(0) ?? 0);
    for (const metric of metrics) {
      const counted = of(metric);
      counted.tables++;
      if (rarest < fewest) {
        counted.refused++;
        continue;
      }
      const { pairs } = compareRanks({ ...design, excluded: [] }, metric, confidence);
      const [pair] = pairs;
      const values = truths.get(metric)!;
      const difference = metricOf(metric).sign * (values[0]! - values[1]!);
      if (pair!.supported) counted.differ++;
      if (Math.abs(pair!.fit.mean - difference) > pair!.halfWidth) counted.missed++;
      // Loss of the first rank to the second, and the bound on it.
      if (-difference > pair!.boundWidths[0] - pair!.fit.mean) counted.lowBound++;
      counted.width += pair!.halfWidth;
      for (const [rank, cells] of design.cells.entries()) {
        const score = meanAndInterval(rankScore(cells, { metric, confidence }), metricOf(metric))!;
        const [low, high] = score.interval;
        counted.ownRuns++;
        if (values[rank]! < low || values[rank]! > high) counted.own++;
      }
    }
  }
}

const percent = (count: number, of: number): string =>
  of === 0 ? "–" : `${((100 * count) / of).toFixed(1)} %`;

console.log(
  "| metric | positives | examples | seeds | true values | refused | said to differ | interval missed | bound too low | own interval missed | half-width |",
);
console.log("| --- | --: | --: | --: | --: | --: | --: | --: | --: | --: | --: |");
for (const share of numbers("shares", "0.01,0.05,0.2")) {
  for (const examples of numbers("examples", "200,500,2000")) {
    for (const seeds of numbers("seeds", "3,5")) {
      for (const value of numbers("values", "0.7")) {
        for (const gap of numbers("gaps", "0,0.15")) {
          const base: ClassWorld = { share, separations: [3], seeds, examples, cutSd: 0.15 };
          const separations = [value, value - gap].map((f1) => {
            let found = 3;
            for (let i = 0; i < 3; i++) found = separationFor({ ...base, separations: [found] }, "f1", f1);
            return found;
          });
          const world = { ...base, separations };
          const counts = new Map<SetMetricName, Counted>();
          countedIn(world, (metric) => {
            const known = counts.get(metric);
            if (known) return known;
            const made = {
              tables: 0,
              refused: 0,
              differ: 0,
              missed: 0,
              lowBound: 0,
              own: 0,
              ownRuns: 0,
              width: 0,
            };
            counts.set(metric, made);
            return made;
          });
          for (const [metric, own] of counts) {
            const kept = own.tables - own.refused;
            const values = world.separations.map((_, rank) => trueValue(world, rank, metric).toFixed(3));
            const cells = [
              metric,
              `${100 * share} %`,
              examples,
              seeds,
              values.join(", "),
              percent(own.refused, own.tables),
              percent(own.differ, kept),
              percent(own.missed, kept),
              percent(own.lowBound, kept),
              percent(own.own, own.ownRuns),
              kept === 0 ? "–" : (own.width / kept).toFixed(3),
            ];
            console.log(`| ${cells.join(" | ")} |`);
          }
        }
      }
    }
  }
}
