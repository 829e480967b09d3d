/**
 * How much too much a sweep tells at its best point on the way, and how often its interval holds. Prints markdown.
 *
 *     node --conditions=@lorank/source --import tsx bench/points.ts [--draws=400] [--seeds=3,5] [--examples=200,800]
 *       [--points=3,10] [--worlds=flat,rising,overfitting]
 */
import { curves, type PointWorld, type ToldPoint, toldPoint } from "./point-worlds.ts";

const options = new Map(
  process.argv.slice(2).map((argument) => argument.replace(/^--/, "").split("=") as [string, string]),
);
const numbers = (key: string, all: string): number[] => (options.get(key) ?? all).split(",").map(Number);
const draws = Number(options.get("draws") ?? 400);

const noises = {
  "at steps": { stepSd: 0.1, seedStepSd: 0.05 },
  none: { stepSd: 0, seedStepSd: 0 },
};

const mean = (values: readonly number[]): number => values.reduce((sum, x) => sum + x, 0) / values.length;

/** Mean in points, with its standard error. */
function inPoints(values: readonly number[]): string {
  const centre = mean(values);
  const error = Math.sqrt(mean(values.map((x) => (x - centre) ** 2)) / values.length);
  return `${(100 * centre).toFixed(2)} ± ${(100 * error).toFixed(2)}`;
}

/** Percentage; empty of fewer than 20. */
const share = (of: readonly boolean[]): string =>
  of.length < 20 ? "" : ((100 * of.filter(Boolean).length) / of.length).toFixed(1);

function row(name: string, noise: string, world: PointWorld): string {
  const told = Array.from({ length: draws }, (_, draw) => toldPoint(world, draw));
  const column = (key: Exclude<keyof ToldPoint, "interval" | "step">): string =>
    inPoints(told.map((one) => one[key]));
  const inside = told.flatMap(({ interval, gainOfNewSeeds: truth }) =>
    interval === undefined ? [] : [interval[0] <= truth && truth <= interval[1]],
  );
  const isTold = ({ interval }: ToldPoint): boolean => (interval?.[0] ?? 0) > 0;
  const cells = [
    ...[name, noise, world.points, world.examples, world.seeds],
    ...[column("ofTheseRuns"), column("naiveOfTheseRuns"), column("ofNewSeeds"), column("naiveOfNewSeeds")],
    ...[share(inside), share(told.map(isTold))],
    share(told.map((one) => isTold(one) && one.gainOfNewSeeds <= 0)),
  ];
  return `| ${cells.join(" | ")} |`;
}

console.log(
  "| world | noise | points | examples | seeds | these runs | naive | new seeds | naive | interval holds | told better | wrongly |",
);
console.log(`|${" --- |".repeat(12)}`);
for (const name of options.get("worlds")?.split(",") ?? Object.keys(curves))
  for (const [noise, sds] of Object.entries(noises).slice(0, name === "flat" ? 2 : 1))
    for (const points of numbers("points", "3,10"))
      for (const examples of numbers("examples", "200,800"))
        for (const seeds of numbers("seeds", "3,5"))
          console.log(row(name, noise, { curve: name, points, examples, seeds, ...sds }));
