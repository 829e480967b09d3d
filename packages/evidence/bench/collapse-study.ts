/**
 * How often a run is named as collapsed, in sweeps without a collapse and with one. Prints markdown.
 *
 *     node --conditions=@lorank/source --import tsx bench/collapse-study.ts [--sweeps=1000] [--worlds=plain,collapse]
 */
import { compareRanks } from "../src/decide/compare.ts";
import { pairedDesign } from "../src/decide/paired-design.ts";
import { drawTable, truths, worlds } from "./worlds.ts";

const options = new Map(
  process.argv.slice(2).map((argument) => argument.replace(/^--/, "").split("=") as [string, string]),
);
const sweeps = Number(options.get("sweeps") ?? 1000);
const names = options.get("worlds")?.split(",") ?? worlds.map(({ name }) => name);
const designs = [200, 872].flatMap((examples) => [3, 5, 10].map((seeds) => ({ examples, seeds })));

const heads = designs.map(({ examples, seeds }) => `${examples}, ${seeds}`);
console.log(`| world, truth | ${heads.join(" | ")} |\n|${" --- |".repeat(heads.length + 1)}`);
for (const world of worlds.filter(({ name }) => names.includes(name))) {
  for (const { name, accuracies } of truths.filter((truth) => ["equal", "rising"].includes(truth.name))) {
    const shares = designs.map((design) => {
      let named = 0;
      for (let i = 0; i < sweeps; i++) {
        const table = drawTable(world, accuracies, design, 9_000_000 + i);
        if (compareRanks(pairedDesign(table), "accuracy", 0.95).collapsed.length > 0) named++;
      }
      return ((100 * named) / sweeps).toFixed(1);
    });
    console.log(`| ${world.name}, ${name} | ${shares.join(" | ")} |`);
  }
}
