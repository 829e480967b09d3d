/**
 * How often the verdict is wrong, over sweeps whose truth is known. Prints markdown.
 *
 *     node --conditions=@lorank/source --import tsx bench/verdict-study.ts [--sweeps=2000] [--worlds=plain,beta]
 *       [--truths=equal] [--losses="log loss"] [--examples=872] [--seeds=3,5] [--parts=cells,log-loss,practice,promise]
 */

import { logLossTruths, logLossWorlds, tallyLogLossCell } from "./log-loss-cells.ts";
import { practiceTable } from "./practice-study.ts";
import { promiseTable } from "./promise-study.ts";
import { type CellTally, tallyCell } from "./verdict-cells.ts";
import { truths, worlds } from "./worlds.ts";

const options = new Map(
  process.argv.slice(2).map((argument) => argument.replace(/^--/, "").split("=") as [string, string]),
);
const names = (key: string, all: readonly string[]): string[] => options.get(key)?.split(",") ?? [...all];
const numbers = (key: string, all: readonly number[]): number[] => names(key, all.map(String)).map(Number);

const sweeps = Number(options.get("sweeps") ?? 2000);
const parts = names("parts", ["cells", "log-loss", "practice", "promise"]);
const chosenWorlds = worlds.filter(({ name }) => names("worlds", ["plain", "beta", "uneven"]).includes(name));
const chosenTruths = truths.filter(({ name }) =>
  names(
    "truths",
    truths.map((truth) => truth.name),
  ).includes(name),
);
const sizes = numbers("examples", [200, 872, 3000]);
const seedCounts = numbers("seeds", [1, 3, 5, 10]);

const verdictKinds = ["adequate", "extend", "provisional", "indistinguishable", "inconclusive"] as const;

const percent = (count: number, of: number): string => (of === 0 ? "" : ((100 * count) / of).toFixed(1));

function row(name: string, tally: CellTally): string {
  const { verdicts } = tally;
  const shares = verdictKinds.map((verdict) => percent(verdicts[verdict], sweeps));
  const conclusive = sweeps - verdicts.inconclusive;
  const cells = [
    percent(conclusive, sweeps),
    percent(tally.smallest, conclusive),
    percent(tally.wronglyTaken, sweeps),
    percent(tally.wronglyCertified, sweeps),
    percent(tally.wrongDifference, sweeps),
    percent(tally.rankCovered, tally.rankIntervals),
    percent(tally.pairCovered, tally.pairIntervals),
    percent(tally.familyCovered, sweeps),
    ...shares,
  ];
  return `| ${name} | ${cells.join(" | ")} |`;
}

function printHeader(): void {
  console.log(
    "| world, truth, examples, seeds | conclusive | of these the smallest | took a rank worse than the margin | " +
      "certified a rank worse | wrong difference | a rank's interval covers | a pair's covers | all pairs' cover | " +
      `${verdictKinds.join(" | ")} |`,
  );
  console.log(`|${" --- |".repeat(9 + verdictKinds.length)}`);
}

function printCell(name: string, tally: () => CellTally): void {
  const start = performance.now();
  console.log(row(name, tally()));
  console.error(`${name}: ${(performance.now() - start).toFixed(0)} ms`);
}

const designs = sizes.flatMap((examples) => seedCounts.map((seeds) => ({ examples, seeds })));
if (parts.includes("cells")) {
  printHeader();
  for (const world of chosenWorlds) {
    for (const truth of chosenTruths) {
      for (const design of designs) {
        const name = `${world.name}, ${truth.name}, ${design.examples}, ${design.seeds}`;
        printCell(name, () => tallyCell(world, truth, design, sweeps));
      }
    }
  }
}
if (parts.includes("log-loss")) {
  printHeader();
  const all = logLossWorlds.map(({ name }) => name);
  for (const world of logLossWorlds.filter(({ name }) => names("losses", all).includes(name))) {
    for (const truth of logLossTruths) {
      for (const design of designs) {
        const name = `${world.name}, ${truth}, ${design.examples}, ${design.seeds}`;
        printCell(name, () => tallyLogLossCell(world, truth, design, sweeps));
      }
    }
  }
}
if (parts.includes("practice")) for (const line of practiceTable(chosenWorlds, sweeps)) console.log(line);
if (parts.includes("promise")) for (const line of promiseTable(sweeps)) console.log(line);
