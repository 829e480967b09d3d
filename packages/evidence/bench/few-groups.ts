/**
 * Coverage and width of intervals from few groups of unequal sizes, beside a two-way cluster-robust one. Prints markdown.
 *
 *     node --conditions=@lorank/source --import tsx bench/few-groups.ts [--sweeps=1000] [--worlds=none,rare] [--ranks=2,4]
 *       [--groups=10,20,30] [--seeds=3,5] [--metrics=accuracy,log-loss] [--accuracy=0.95] [--gap=0] [--first=0]
 */
import { advantages, compareRanks, metricMatrix, ownInterval } from "../src/decide/compare.ts";
import { type CrossedFit, fitCrossed, type ScoreMatrix } from "../src/decide/interval/components.ts";
import { type ExampleSample, groupMeans, sampleOf } from "../src/decide/interval/example-sample.ts";
import { halfWidth, tailFactors } from "../src/decide/interval/half-width.ts";
import { pairedDesign } from "../src/decide/paired-design.ts";
import type { MetricName } from "../src/schema/types.ts";
import { median } from "../src/statistics/averages.ts";
import { quantileOfUpperTail } from "../src/statistics/student-t.ts";
import { drawGroups, type GroupWorld, groupWorlds, trueLogLoss, unequalSizes } from "./group-worlds.ts";

const options = new Map(
  process.argv.slice(2).map((argument) => argument.replace(/^--/, "").split("=") as [string, string]),
);
const names = (key: string, all: string): string[] => (options.get(key) ?? all).split(",");
const numbers = (key: string, all: string): number[] => names(key, all).map(Number);
const [sweeps, first, accuracy, gap] = [
  Number(options.get("sweeps") ?? 1000),
  Number(options.get("first") ?? 0),
  Number(options.get("accuracy") ?? 0.95),
  Number(options.get("gap") ?? 0),
];
const confidence = 0.95;

/** Intervals of a difference that are compared. */
const forms = ["taken", "largest group", "no allowance", "two-way"] as const;
type Widths = Record<(typeof forms)[number], number>;

interface WidthInputs {
  readonly fit: CrossedFit;
  readonly unit: number;
  readonly sample: ExampleSample;
  readonly tail: number;
  /** The difference of an example has a limit. */
  readonly isLimited: boolean;
}

/**
 * Half-widths at a tail. "largest group" bounds an unseen kind of group by the largest mean that a group has shown, as
 * intervals did until December 2026. "two-way" is Student's with G - 1 degrees of freedom.
 */
function widthsOf(differences: ScoreMatrix, { fit, unit, sample, tail, isLimited }: WidthInputs): Widths {
  const factors = tailFactors(sample, tail);
  const means = groupMeans(differences, sample.groups!);
  const largest = Math.max(...means.map((row) => Math.max(...row.map(Math.abs))));
  const { unseenGroup: _, ...plain } = fit;
  const most = isLimited ? largest : 0;
  return {
    taken: halfWidth(fit, factors, unit),
    "largest group": halfWidth(plain, factors, fit.differing > 0 ? most : unit),
    "no allowance": halfWidth(fit, factors, fit.differing > 0 ? 0 : unit),
    "two-way": quantileOfUpperTail(tail, sample.units - 1) * twoWayError(differences, sample),
  };
}

/**
 * Standard error of the mean, clustered by groups and by seeds.
 * Source: Cameron, Gelbach and Miller, "Robust inference with multiway clustering" (2011), with their correction of each part.
 */
function twoWayError(matrix: ScoreMatrix, { groups, units, examples }: ExampleSample): number {
  const seeds = matrix.length;
  const { mean } = fitCrossed(matrix);
  const [ofGroup, ofSeed] = [new Float64Array(units), new Float64Array(seeds)];
  const ofBoth = new Float64Array(units * seeds);
  matrix.forEach((row, s) => {
    for (let e = 0; e < examples; e++) {
      const [g, score] = [groups!.numbers[e]!, (row[e]! - mean) / (seeds * examples)];
      ofGroup[g]! += score;
      ofSeed[s]! += score;
      ofBoth[g * seeds + s]! += score;
    }
  });
  const [byGroup, bySeed, byBoth] = [ofGroup, ofSeed, ofBoth].map(
    (scores) => (scores.reduce((sum, one) => sum + one ** 2, 0) * scores.length) / (scores.length - 1),
  ) as [number, number, number];
  const both = byGroup + bySeed - byBoth;
  return Math.sqrt(both > 0 ? both : Math.max(byGroup, bySeed));
}

interface Cell {
  readonly world: GroupWorld;
  readonly ranks: readonly number[];
  readonly groups: number;
  readonly seeds: number;
  readonly metric: MetricName;
}

/** Measures one cell: shares of intervals that hold, and medians of widths. */
function measured({ world, ranks, groups, seeds, metric }: Cell) {
  const accuracies = ranks.map((_, index) => (index === 0 ? accuracy - gap : accuracy));
  const truths =
    metric === "accuracy" ? accuracies : accuracies.map((one, index) => -trueLogLoss(world, one, index));
  const sizes = unequalSizes(groups);
  const held: Widths = { taken: 0, "largest group": 0, "no allowance": 0, "two-way": 0 };
  const ratios = forms.map((): number[] => []);
  const halfWidths: number[] = [];
  let [pairs, ownHeld, allHeld] = [0, 0, 0];
  for (let i = 0; i < sweeps; i++) {
    const seed = 10_000_000 * ranks.length + 1_000_000 * seeds + 10_000 * groups + first + i;
    const design = pairedDesign(drawGroups(world, { ranks, accuracies, seeds, sizes }, seed));
    const sample = sampleOf(design.cells[0]![0]!);
    const values = ranks.map((_, index) => metricMatrix(design, index, metric));
    const comparison = compareRanks(design, metric, confidence);
    let isHeld = true;
    for (const { first: one, second, fit, unit, halfWidth: atOnce } of comparison.pairs) {
      const [a, b] = [ranks.indexOf(one), ranks.indexOf(second)];
      const differences = advantages(values[a]!, values[b]!, metric);
      const miss = Math.abs(fit.mean - (truths[a]! - truths[b]!));
      if (miss > atOnce) isHeld = false;
      const isLimited = metric === "accuracy";
      const widths = widthsOf(differences, { fit, unit, sample, tail: (1 - confidence) / 2, isLimited });
      pairs++;
      halfWidths.push(widths.taken);
      forms.forEach((form, index) => {
        if (miss <= widths[form] + 1e-12) held[form]++;
        if (widths["two-way"] > 0) ratios[index]!.push(widths[form] / widths["two-way"]);
      });
    }
    if (isHeld) allHeld++;
    values.forEach((rows, index) => {
      const [low, high] = ownInterval(rows, { metric, confidence }, sample).interval;
      const truth = metric === "accuracy" ? truths[index]! : -truths[index]!;
      if (truth >= low && truth <= high) ownHeld++;
    });
  }
  return {
    held: forms.map((form) => held[form] / pairs),
    ratios: ratios.map(median),
    halfWidth: median(halfWidths),
    allHeld: allHeld / sweeps,
    ownHeld: ownHeld / (sweeps * ranks.length),
  };
}

const percent = (share: number): string => (100 * share).toFixed(1);
const seedCounts = numbers("seeds", "3,5");
console.log(
  `| world, metric, ranks, groups | half-width | ${forms.map((form) => `${form}: covers`).join(" | ")} | all pairs' | a rank's | ` +
    `${forms
      .slice(0, -1)
      .map((form) => `${form}: as wide`)
      .join(" | ")} |`,
);
console.log(`|${" --- |".repeat(10)}`);
for (const world of groupWorlds.filter(({ name }) =>
  names("worlds", "none,liking 0.5,liking 1,rare").includes(name),
)) {
  for (const metric of names("metrics", "accuracy,log-loss") as MetricName[]) {
    for (const count of numbers("ranks", "2,4")) {
      for (const groups of numbers("groups", "10,20,30")) {
        const ranks = [4, 8, 16, 32].slice(0, count);
        const found = seedCounts.map((seeds) => measured({ world, ranks, groups, seeds, metric }));
        const column = (of: (one: (typeof found)[number]) => string): string => found.map(of).join(", ");
        const cells = [
          column(({ halfWidth }) => (metric === "accuracy" ? percent(halfWidth) : halfWidth.toFixed(3))),
          ...forms.map((_, index) => column(({ held }) => percent(held[index]!))),
          column(({ allHeld }) => percent(allHeld)),
          column(({ ownHeld }) => percent(ownHeld)),
          ...forms.slice(0, -1).map((_, index) => column(({ ratios }) => ratios[index]!.toFixed(2))),
        ];
        console.log(`| ${[world.name, metric, count, groups].join(", ")} | ${cells.join(" | ")} |`);
      }
    }
  }
}
