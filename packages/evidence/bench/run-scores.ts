/**
 * Verdicts on scores of runs: on published cells of five seeds, and their errors in simulated sweeps. Prints markdown.
 *
 *     node --conditions=@lorank/source --import tsx bench/run-scores.ts [sweeps]
 */
import { readFileSync } from "node:fs";
import { decideScores, type ScoredRun } from "../src/index.ts";
import { mean } from "../src/statistics/averages.ts";
import { randomStream } from "../src/statistics/random.ts";
import { publishedCells } from "./published-runs.ts";

const sweeps = Number(process.argv[2] ?? 500);
const percent = (part: number, of: number): string => `${((100 * part) / of).toFixed(1)} %`;

console.log(
  "| margin, points | conclusive | the smallest within the margin of the mean | proven | proven wrongly |",
);
console.log("| --: | --: | --: | --: | --: |");
const cells = publishedCells(new URL("data/sun-bert.csv", import.meta.url));
for (const margin of [0.01, 0.02, 0.03]) {
  let [conclusive, agrees, proven, wrong] = [0, 0, 0, 0];
  for (const { ranks, scores } of cells) {
    const runs = ranks.flatMap((rank, r) => scores[r]!.map((score, seed) => ({ rank, seed, score })));
    const { rank, certifiedRank = null } = decideScores({ runs }, { margin });
    const means = scores.map(mean);
    const best = Math.max(...means);
    if (rank !== null) conclusive++;
    if (rank !== null && rank === ranks[means.findIndex((one) => best - one <= margin)]) agrees++;
    if (certifiedRank === null) continue;
    proven++;
    if (best - means[ranks.indexOf(certifiedRank)]! > margin) wrong++;
  }
  console.log(`| ${100 * margin} | ${conclusive} of ${cells.length} | ${agrees} | ${proven} | ${wrong} |`);
}

console.log(
  "\n| PEFT's benchmark, the same configurations at several dates | difference, points | 95 % interval |",
);
console.log("| --- | --: | --: |");
const rank64 = "lora--llama-3.2-3B-rank64";
for (const other of ["lora--llama-3.2-3B-rank32", `${rank64}-rslora`]) {
  const table = readFileSync(new URL("data/peft-metamath.csv", import.meta.url), "utf8")
    .trim()
    .split("\n");
  const scoresOf = (name: string): Map<string, number> =>
    new Map(
      table
        .map((line) => line.split(","))
        .flatMap(([exp, date, , , , score]) => (exp === name ? [[date!, Number(score)]] : [])),
    );
  // The configurations stand in the place of ranks, the dates in that of seeds.
  const runs = [rank64, other].flatMap((name, rank) =>
    [...scoresOf(name)].map(([date, score]) => ({ rank, seed: Date.parse(date) / 86_400_000, score })),
  );
  const [pair] = decideScores({ runs }).pairs!;
  const points = (x: number): string => (100 * x).toFixed(1);
  const [low, high] = pair!.interval;
  console.log(
    `| rank 64 less ${other.slice(other.indexOf("rank"))} | ${points(pair!.advantage)} | ${points(low)} to ${points(high)} |`,
  );
}

console.log("\n| DistilBERT on AG News, margin, points | verdict | rank | proven |");
console.log("| --: | --- | --: | --: |");
const news = readFileSync(new URL("data/kudale-ag-news.csv", import.meta.url), "utf8")
  .trim()
  .split("\n");
const newsRuns = news.slice(1).map((line): ScoredRun => {
  const [rank, seed, score] = line.split(",").map(Number);
  return { rank: rank!, seed: seed!, score: score! };
});
for (const margin of [0.01, 0.005]) {
  const { verdict, rank, certifiedRank } = decideScores({ runs: newsRuns, examples: 7600 }, { margin });
  console.log(`| ${100 * margin} | ${verdict} | ${rank} | ${certifiedRank} |`);
}

/** Simulated sweep of ranks 2, 4, 8 and 16, whose true scores are equal, but for rank 2 where `behind` says so. */
interface World {
  readonly name: string;
  readonly examples?: number;
  readonly score: (draw: Draw) => (rank: number) => number;
}

interface Draw {
  readonly uniform: () => number;
  readonly normal: () => number;
  /** Share by which rank 2 is worse. */
  readonly behind: number;
}

const ranks = [2, 4, 8, 16];
const level = 0.85;

/** Runs whose luck is shared by the ranks of a seed and their own, half each. */
const lucky =
  (own: (rank: number) => number, collapse = 0): World["score"] =>
  ({ uniform, normal, behind }) => {
    const shared = 0.01 * normal();
    return (rank) => {
      if (uniform() < collapse) return 0.5;
      return level + shared + own(rank) * normal() - (rank === 2 ? behind : 0);
    };
  };

/**
 * Runs on 872 examples. Two runs disagree on 5 % of them; of the variance of a difference the share `example` belongs
 * to the rank and is the same under all seeds.
 */
const onExamples = (example: number, examples: number): ((draw: Draw) => World["score"]) =>
  function sampled({ normal }) {
    const variance = 0.05 / examples;
    const ofRank = new Map(ranks.map((rank) => [rank, Math.sqrt((example * variance) / 2) * normal()]));
    return ({ normal: draw, behind }) =>
      (rank) =>
        level +
        ofRank.get(rank)! +
        Math.sqrt(((1 - example) * variance) / 2) * draw() -
        (rank === 2 ? behind : 0);
  };

/** The same runs in an order in which no two of one seed meet, without their seeds. */
function unpaired(runs: readonly ScoredRun[]): ScoredRun[] {
  const turned = (rank: number): ScoredRun[] => {
    const own = runs.filter((run) => run.rank === rank);
    const turn = ranks.indexOf(rank) % own.length;
    return [...own.slice(turn), ...own.slice(0, turn)];
  };
  return ranks.flatMap(turned).map(({ rank, score }) => ({ rank, score }));
}

const plain = (score: World["score"]) => () => score;
const worlds: readonly (Omit<World, "score"> & { readonly sample: (draw: Draw) => World["score"] })[] = [
  { name: "equal luck", sample: plain(lucky(() => 0.01)) },
  { name: "rank 16 three times as noisy", sample: plain(lucky((rank) => (rank === 16 ? 0.03 : 0.01))) },
  { name: "one run in twenty collapses", sample: plain(lucky(() => 0.01, 0.05)) },
  { name: "872 examples, 4 % theirs", examples: 872, sample: onExamples(0.04, 872) },
  { name: "872 examples, 15 % theirs", examples: 872, sample: onExamples(0.15, 872) },
];

console.log(
  "\n| world | seeds | said to differ | said to differ, unpaired | rank 2 proven where it loses just more |",
);
console.log("| --- | --: | --: | --: | --: |");
for (const { name, examples, sample } of worlds) {
  for (const seeds of [3, 5, 10]) {
    const stream = randomStream(seeds);
    let [differ, differUnpaired, proven] = [0, 0, 0];
    const runsOf = (behind: number): ScoredRun[] => {
      const world = sample({ ...stream, behind });
      return Array.from({ length: seeds }, (_, seed) => {
        const score = world({ ...stream, behind });
        return ranks.map((rank) => ({ rank, seed, score: score(rank) }));
      }).flat();
    };
    const known = examples === undefined ? {} : { examples };
    const saysDifferent = (runs: readonly ScoredRun[]): boolean =>
      (decideScores({ runs, ...known }).pairs ?? []).some(({ interval: [low, high] }) => low > 0 || high < 0);
    for (let sweep = 0; sweep < sweeps; sweep++) {
      const runs = runsOf(0);
      if (saysDifferent(runs)) differ++;
      if (saysDifferent(unpaired(runs))) differUnpaired++;
      if (decideScores({ runs: runsOf(0.0101), ...known }).certifiedRank === 2) proven++;
    }
    const shares = [differ, differUnpaired, proven].map((count) => percent(count, sweeps));
    console.log(`| ${name} | ${seeds} | ${shares.join(" | ")} |`);
  }
}
