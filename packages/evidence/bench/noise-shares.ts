/**
 * How the variance of one example's difference between two ranks splits into seed, example and residual: in the worlds of
 * the verdict study, and in the results files that are named.
 *
 *     node --conditions=@lorank/source --import tsx bench/noise-shares.ts ../../lorank-demo/results.json
 */
import { readFileSync } from "node:fs";
import { compareRanks } from "../src/decide/compare.ts";
import type { CrossedFit } from "../src/decide/interval/components.ts";
import type { OutcomeTable } from "../src/decide/outcomes.ts";
import { outcomesFromTrials } from "../src/decide/outcomes-from-trials.ts";
import { pairedDesign } from "../src/decide/paired-design.ts";
import type { Results } from "../src/schema/types.ts";
import { drawTable, worlds } from "./worlds.ts";

const lines = [
  "| outcomes | variance, in accuracy | seed | example | residual |",
  "| --- | --- | --- | --- | --- |",
];

function row(name: string, fits: readonly CrossedFit[]): string {
  const mean = (pick: (fit: CrossedFit) => number): number =>
    fits.reduce((sum, fit) => sum + pick(fit), 0) / fits.length;
  const parts = [
    mean(({ seedSquare, components, examples }) => (seedSquare - components.residual) / examples),
    mean(({ components }) => components.example),
    mean(({ components }) => components.residual),
  ];
  const variance = parts.reduce((sum, part) => sum + part, 0);
  const shares = parts.map((part) => (part / variance).toFixed(4));
  return `| ${name} | ${variance.toFixed(4)} | ${shares.join(" | ")} |`;
}

const fitsOf = (table: OutcomeTable): CrossedFit[] =>
  compareRanks(pairedDesign(table), "accuracy", 0.95).pairs.map(({ fit }) => fit);

for (const accuracy of [0.85, 0.95]) {
  for (const world of worlds) {
    const fits = Array.from({ length: 40 }, (_, i) =>
      fitsOf(drawTable(world, [accuracy, accuracy], { seeds: 10, examples: 2000 }, 7_000_000 + i)),
    );
    lines.push(row(`${world.name} world, ${100 * accuracy} %`, fits.flat()));
  }
}
for (const file of process.argv.slice(2)) {
  const { trials } = JSON.parse(readFileSync(file, "utf8")) as Results;
  const table = outcomesFromTrials(trials);
  const { ranks } = pairedDesign(table);
  const fits = fitsOf(table);
  fits.forEach((fit, i) => {
    const pairs = ranks.flatMap((first, k) =>
      ranks.slice(k + 1).map((second) => `r=${first} and r=${second}`),
    );
    lines.push(row(pairs[i]!, [fit]));
  });
  lines.push(row("all pairs", fits));
}
console.log(lines.join("\n"));
