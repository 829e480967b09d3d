/**
 * Whether a power law of capacity saves a rank: score = b + C · rank^α through the means of three ranks, each twice the one
 * before, predicts the mean of the fourth. Published sweeps, and sweeps whose truth is known. Prints markdown.
 *
 *     node --conditions=@lorank/source --import tsx bench/capacity-law.ts [sweeps]
 */
import { mean } from "../src/statistics/averages.ts";
import { runAccuracies } from "./practices.ts";
import { publishedCells } from "./published-runs.ts";
import { drawTable, truths, worlds } from "./worlds.ts";

const sweeps = Number(process.argv[2] ?? 1000);
const margin = 0.01;

type Three = readonly [number, number, number];
type Predict = (means: Three) => number;

/**
 * Fourth value of a power law through three ranks that double: the steps of b + C · rank^α shrink or grow by 2^α each.
 * Where no α fits, since the two steps have different signs, the curve has ended.
 */
const powerLaw: Predict = ([first, second, third]) => {
  const ratio = (third - second) / (second - first);
  return ratio > 0 && Number.isFinite(ratio) ? third + ratio * (third - second) : third;
};

/** The same with a ratio of steps that is at most 1, so that no curve grows faster and faster. */
const slowing: Predict = ([first, second, third]) => {
  const ratio = (third - second) / (second - first);
  return ratio > 0 ? third + Math.min(1, ratio) * (third - second) : third;
};

const rules: Readonly<Record<string, Predict>> = {
  "power law": powerLaw,
  "power law, α ≤ 0": slowing,
  "the third rank again": ([, , third]) => third,
  "half of the last step more": ([, second, third]) => third + 0.5 * (third - second),
};

/** Means of three ranks and of the fourth: `seen` from the seeds that a rule sees, `fourth` as near to the truth as is known. */
interface Case {
  readonly seen: Three;
  readonly fourth: number;
  /** True, or best known, mean of the best of the three ranks that were seen. */
  readonly best: number;
}

/** Cases of published sweeps: three of five seeds choose, the other two judge. */
function publishedCases(): Case[] {
  const files = ["sun-bert.csv"].map((file) => new URL(`./data/${file}`, import.meta.url));
  return files.flatMap(publishedCells).flatMap(({ ranks, scores }) =>
    ranks.slice(0, -3).flatMap((rank, start) => {
      if (![2, 4, 8].every((times, i) => ranks[start + 1 + i] === rank * times)) return [];
      const seen = [0, 1, 2].map((i) => mean(scores[start + i]!.slice(0, 3))) as unknown as Three;
      const later = [0, 1, 2, 3].map((i) => mean(scores[start + i]!.slice(3)));
      return [{ seen, fourth: later[3]!, best: Math.max(...later.slice(0, 3)) }];
    }),
  );
}

/** Cases of the plain world: four ranks of three seeds and 872 examples. */
function simulatedCases(name: string): Case[] {
  const world = worlds.find((one) => one.name === "plain")!;
  const { accuracies } = truths.find((one) => one.name === name)!;
  return Array.from({ length: sweeps }, (_, i) => {
    const { means } = runAccuracies(
      drawTable(world, accuracies, { seeds: 3, examples: 872 }, 48_500_000 + i),
    );
    const seen = means.slice(0, 3) as unknown as Three;
    return { seen, fourth: accuracies[3]!, best: Math.max(...accuracies.slice(0, 3)) };
  });
}

const median = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[values.length >> 1]!;
const points = (value: number): string => (100 * value).toFixed(2);
const percent = (count: number, of: number): string => (of === 0 ? "–" : ((100 * count) / of).toFixed(1));

console.log(
  "| cases | rule | median error, points | fourth rank skipped, % | of these it was better by more than the margin, % |",
);
console.log("| --- | --- | --: | --: | --: |");
const sets: readonly [string, readonly Case[]][] = [
  ["published", publishedCases()],
  ...["equal", "gap 2", "rising"].map((name): [string, Case[]] => [name, simulatedCases(name)]),
];
for (const [name, cases] of sets) {
  for (const [rule, predict] of Object.entries(rules)) {
    const errors = cases.map(({ seen, fourth }) => Math.abs(predict(seen) - fourth));
    const skipped = cases.filter(({ seen }) => predict(seen) - Math.max(...seen) <= margin);
    const wrong = skipped.filter(({ fourth, best }) => fourth - best > margin);
    const cells = [
      points(median(errors)),
      percent(skipped.length, cases.length),
      percent(wrong.length, skipped.length),
    ];
    console.log(`| ${name}, ${cases.length} | ${rule} | ${cells.join(" | ")} |`);
  }
}
