/**
 * How often a decision with conditions names a rank that violates one or loses too much. Prints markdown.
 *
 *     node --conditions=@lorank/source --import tsx bench/conditions.ts [--draws=1000] [--seeds=3,5,10] [--ranks=2,4,6]
 *       [--worlds=mixed,"nobody meets"]
 */
import {
  type ConditionWorld,
  keepersWorld,
  layoutNames,
  loneKeeperWorld,
  type Told,
  toldOf,
  worldOf,
} from "./condition-worlds.ts";

const options = new Map(
  process.argv.slice(2).map((argument) => argument.replace(/^--/, "").split("=") as [string, string]),
);
const numbers = (key: string, all: string): number[] => (options.get(key) ?? all).split(",").map(Number);
const draws = Number(options.get("draws") ?? 1000);
const seedCounts = numbers("seeds", "3,5,10");
const rankCounts = numbers("ranks", "2,4,6");

const variants = {
  plain: {},
  "noise grows": { grows: true },
  "correlation 0.7": { correlation: 0.7 },
  "correlation −0.7": { correlation: -0.7 },
  "seeds shared": { shared: 1 },
};

function share(world: ConditionWorld, seeds: number, margin?: number): Record<keyof Told, number> {
  const total = { isNamed: 0, isWrong: 0, isWronglyMet: 0, isWronglyViolated: 0 };
  for (let draw = 0; draw < draws; draw++) {
    const told = toldOf(world, seeds, draw, margin);
    for (const key of Object.keys(total) as (keyof Told)[]) total[key] += told[key] ? 100 / draws : 0;
  }
  return total;
}

const cells = (of: (seeds: number) => number): string =>
  seedCounts.map((seeds) => of(seeds).toFixed(1)).join(", ");

console.log(
  "| world | variant | ranks | conditions | wrong | said to meet, wrongly | said to violate, wrongly |",
);
console.log("| --- | --- | --- | --- | --- | --- | --- |");
for (const name of options.get("worlds")?.split(",") ?? layoutNames) {
  for (const [variant, setting] of Object.entries(variants)) {
    // Variants are drawn at one size.
    const sizes = variant === "plain" ? rankCounts : rankCounts.slice(-1);
    for (const ranks of sizes) {
      for (const conditions of variant === "plain" ? [1, 2] : [2]) {
        const world = worldOf(name, { ranks, conditions, ...setting });
        const found = new Map(seedCounts.map((seeds) => [seeds, share(world, seeds)]));
        const row = (key: keyof Told) => cells((seeds) => found.get(seeds)![key]);
        console.log(
          `| ${name} | ${variant} | ${ranks} | ${conditions} | ${row("isWrong")} | ${row("isWronglyMet")} | ${row("isWronglyViolated")} |`,
        );
      }
    }
  }
}

if (options.has("worlds")) process.exit();
console.log("\n| ranks | conditions | inside by | all meet and are equal | the largest alone is good |");
console.log("| --- | --- | --- | --- | --- |");
for (const ranks of rankCounts)
  for (const conditions of [0, 1, 2])
    for (const inside of conditions === 0 ? [0] : [2, 4]) {
      const named = (world: ConditionWorld) => cells((seeds) => share(world, seeds, 3).isNamed);
      const of = { ranks, conditions };
      const row = [keepersWorld(inside, of), loneKeeperWorld(inside, of)].map(named);
      console.log(`| ${ranks} | ${conditions} | ${conditions === 0 ? "" : inside} | ${row.join(" | ")} |`);
    }
