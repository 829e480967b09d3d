/**
 * Race against grid on the same outcomes, over sweeps whose truth is known. Prints markdown.
 *
 *     node --conditions=@lorank/source --import tsx bench/race-study.ts [--sweeps=2000] [--worlds=plain,beta]
 *       [--truths=equal] [--examples=872] [--seeds=5,10]
 */

import { promises, type RaceTally, tallyRaces } from "./race-cells.ts";
import { ranks, truths, worlds } from "./worlds.ts";

const options = new Map(
  process.argv.slice(2).map((argument) => argument.replace(/^--/, "").split("=") as [string, string]),
);
const names = (key: string, all: readonly string[]): string[] => options.get(key)?.split(",") ?? [...all];

const sweeps = Number(options.get("sweeps") ?? 2000);
const chosenWorlds = names("worlds", ["plain"]);
const chosenTruths = names("truths", ["equal", "gap 1", "gap 2", "gap 3", "rising"]);
const sizes = names("examples", ["200", "872", "3000"]).map(Number);
const seedCounts = names("seeds", ["5", "10"]).map(Number);

const percent = (count: number): string => ((100 * count) / sweeps).toFixed(1);

function row(name: string, tally: RaceTally, seeds: number): string {
  const share = (runs: number): string => (runs / (sweeps * ranks.length * seeds)).toFixed(2);
  const cells = [
    percent(tally.wronglyTaken),
    percent(tally.wrongDifference),
    share(tally.runs),
    percent(tally.gridNames),
    percent(tally.raceNames),
    percent(tally.gridSettles),
    percent(tally.raceSettles),
    percent(tally.sameVerdict),
    percent(tally.sameRank),
    percent(tally.otherRank),
    percent(tally.givenUp),
    ...tally.at.map(({ runs, names: named }) => `${share(runs)}, ${percent(named)}`),
  ];
  return `| ${name} | ${cells.join(" | ")} |`;
}

const heads = [
  "world, truth, examples, seeds",
  "took a rank worse than the margin",
  "wrong difference",
  "cost",
  "grid names a rank",
  "race does",
  "grid settles",
  "race does",
  "same verdict",
  "same rank or none",
  "another rank",
  "given up where the grid names one",
  ...promises.map((promise) => (promise === 0 ? "never giving up" : `giving up below ${100 * promise} %`)),
];
console.log(`| ${heads.join(" | ")} |`);
console.log(`|${" --- |".repeat(heads.length)}`);
for (const world of worlds.filter(({ name }) => chosenWorlds.includes(name))) {
  for (const truth of truths.filter(({ name }) => chosenTruths.includes(name))) {
    for (const examples of sizes) {
      for (const seeds of seedCounts) {
        const start = performance.now();
        const tally = tallyRaces(world, truth, { seeds, examples }, sweeps);
        console.log(row(`${world.name}, ${truth.name}, ${examples}, ${seeds}`, tally, seeds));
        console.error(
          `${world.name} ${truth.name} ${examples} ${seeds}: ${(performance.now() - start).toFixed(0)} ms`,
        );
      }
    }
  }
}
