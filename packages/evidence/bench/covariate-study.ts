/**
 * What log loss as a control variate of accuracy does to the difference of two ranks, over 600 drawn sweeps of four ranks, five
 * seeds and 872 examples. Prints markdown, in points of accuracy.
 *
 *     node --conditions=@lorank/source --import tsx bench/covariate-study.ts
 */
import { simulateOutcomes } from "../src/decide/simulate.ts";

const sweeps = 600;
const ranks = [4, 8, 16, 32];
const seeds = [0, 1, 2, 3, 4];

type Means = readonly (readonly number[])[];

const mean = (values: ArrayLike<number>): number => {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i]!;
  return sum / values.length;
};
const sd = (values: readonly number[]): number => {
  const centre = mean(values);
  return Math.sqrt(mean(values.map((value) => (value - centre) ** 2)));
};

/** What is left of `[ranks][seeds]` without the ranks' and the seeds' means. */
function residuals(means: Means): number[] {
  const all = mean(means.flat());
  const ofSeeds = seeds.map((_, s) => mean(means.map((row) => row[s]!)));
  return means.flatMap((row) => row.map((value, s) => value - mean(row) - ofSeeds[s]! + all));
}

console.log(
  "| rank 4 minus rank 32 | accuracy: mean, sd | adjusted by log loss: mean, sd |\n| --- | --- | --- |",
);
for (const [name, first] of [
  ["equal ranks", 0.85],
  ["rank 4 two points worse", 0.83],
] as const) {
  const plain: number[] = [];
  const adjusted: number[] = [];
  for (let i = 0; i < sweeps; i++) {
    const world = { ranks, accuracies: [first, 0.85, 0.85, 0.85], seeds: seeds.length, examples: 872 };
    const { cells } = simulateOutcomes(world, 50_000 + i);
    const means = (of: "correct" | "logLoss"): Means =>
      ranks.map((rank) =>
        seeds.map((seed) => mean(cells.find((cell) => cell.rank === rank && cell.seed === seed)![of]!)),
      );
    const [accuracies, losses] = [means("correct"), means("logLoss")];
    const [a, l] = [residuals(accuracies), residuals(losses)];
    const slope =
      a.reduce((sum, value, k) => sum + value * l[k]!, 0) / l.reduce((sum, value) => sum + value ** 2, 0);
    const difference = (of: Means): number => mean(of[0]!) - mean(of.at(-1)!);
    plain.push(100 * difference(accuracies));
    adjusted.push(100 * (difference(accuracies) - slope * difference(losses)));
  }
  const shown = (values: readonly number[]): string => `${mean(values).toFixed(2)}, ${sd(values).toFixed(2)}`;
  console.log(`| ${name} | ${shown(plain)} | ${shown(adjusted)} |`);
}
