import type { OutcomeTable } from "../src/decide/outcomes.ts";

/** Ways in which people choose a rank from the accuracies of a sweep. Each returns a rank, always. */
export interface Practice {
  readonly name: string;
  readonly choose: (accuracies: RunAccuracies) => number;
}

export interface RunAccuracies {
  readonly ranks: readonly number[];
  /** `[ranks][seeds]` */
  readonly runs: readonly (readonly number[])[];
  readonly means: readonly number[];
  readonly examples: number;
}

export function runAccuracies(table: OutcomeTable): RunAccuracies {
  const runs = table.ranks.map((rank) =>
    table.cells
      .filter((cell) => cell.rank === rank)
      .map(({ correct }) => {
        let sum = 0;
        for (let e = 0; e < correct.length; e++) sum += correct[e]!;
        return sum / correct.length;
      }),
  );
  const means = runs.map((row) => row.reduce((sum, value) => sum + value, 0) / row.length);
  return { ranks: table.ranks, runs, means, examples: table.examples };
}

export const practices: readonly Practice[] = [
  {
    name: "one seed, best accuracy",
    choose: ({ ranks, runs }) => ranks[best(runs.map((row) => row[0]!))]!,
  },
  { name: "mean over seeds, best accuracy", choose: ({ ranks, means }) => ranks[best(means)]! },
  { name: "one standard error", choose: oneStandardError },
  { name: "Kneedle", choose: kneedle },
];

/** Index of the largest value, the first of equals. */
function best(values: readonly number[]): number {
  return values.indexOf(Math.max(...values));
}

/**
 * The smallest rank whose mean is within one standard error of the best one's (Breiman et al., 1984): over seeds where
 * there are several, else of the best accuracy on the examples.
 */
function oneStandardError({ ranks, runs, means, examples }: RunAccuracies): number {
  const index = best(means);
  const top = means[index]!;
  const row = runs[index]!;
  const spread = row.reduce((sum, value) => sum + (value - top) ** 2, 0);
  const error =
    row.length > 1
      ? Math.sqrt(spread / (row.length - 1) / row.length)
      : Math.sqrt((top * (1 - top)) / examples);
  return ranks[means.findIndex((mean) => mean >= top - error)]!;
}

/**
 * The knee of the mean curve over log rank (Satopää et al., 2011, without smoothing): where the curve, both axes scaled
 * to 0 … 1, lies furthest above the diagonal. The largest rank when it never does.
 */
function kneedle({ ranks, means }: RunAccuracies): number {
  const low = Math.min(...means);
  const range = Math.max(...means) - low;
  if (range === 0) return ranks[0]!;
  const first = Math.log(ranks[0]!);
  const span = Math.log(ranks.at(-1)!) - first;
  const above = ranks.map((rank, r) => (means[r]! - low) / range - (Math.log(rank) - first) / span);
  const index = best(above);
  return above[index]! > 0 ? ranks[index]! : ranks.at(-1)!;
}
