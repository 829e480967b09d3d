/**
 * One page of worlds: how often a verdict claims a difference of equal ranks, breaks the bound that it tells, and
 * concludes, in worlds inside and outside its model. Prints markdown.
 *
 *     node --conditions=@lorank/source --import tsx bench/world-page.ts [--sweeps=400] [--worlds=plain,copies]
 */
import { decide, decideScores } from "../src/index.ts";
import type { Decision } from "../src/schema/types.ts";
import { mean } from "../src/statistics/averages.ts";
import {
  drawPageTable,
  type PageWorld,
  pageDraw,
  pageExamples,
  pageSeeds,
  pageWorlds,
  trueShortfall,
} from "./page-worlds.ts";

const options = new Map(
  process.argv.slice(2).map((argument) => argument.replace(/^--/, "").split("=") as [string, string]),
);
const sweeps = Number(options.get("sweeps") ?? 400);
const chosen = options.get("worlds")?.split(",") ?? pageWorlds.map(({ name }) => name);
const margin = 0.01;
const gap = 0.02;

function decideWorld(world: PageWorld, behind: number, seeds: number, draw: number): Decision {
  const table = drawPageTable(world, behind, { seeds, examples: pageExamples }, draw);
  if (!world.isScores) return decide(table, { margin });
  const runs = table.cells.map(({ rank, seed, correct }) => ({ rank, seed, score: mean(correct) }));
  return decideScores({ runs, examples: pageExamples }, { margin });
}

const claimsDifference = ({ pairs = [] }: Decision): boolean =>
  pairs.some(({ interval: [low, high] }) => low > 0 || high < 0);

/** Bound on what the rank to use may lose, as the headline tells it; absent where none is told. */
function toldBound({ rank, ranks, bestBet }: Decision): { rank: number; bound: number } | undefined {
  const used = rank ?? bestBet?.rank;
  const bound = rank === null ? bestBet?.mayLose : ranks.find((one) => one.rank === rank)?.shortfallBound;
  return used === undefined || bound === undefined ? undefined : { rank: used, bound };
}

/** A member of the decision that names a fault which intervals do not count. */
const signs = ["dependentRuns", "alikeNeighbours", "collapsed", "copies"] as const;
const hasSign = (decision: object): boolean => signs.some((sign) => sign in decision);

interface Tally {
  readonly falseDifference: number;
  readonly boundBroken: number;
  readonly conclusive: number;
  readonly told: number;
  readonly wrongUntold: number;
}

function tallyWorld(world: PageWorld, seeds: number): Tally {
  const shortfall = trueShortfall(world, gap);
  let [falseDifference, boundBroken, conclusive, told, wrongUntold] = [0, 0, 0, 0, 0];
  for (let i = 0; i < sweeps; i++) {
    const draw = pageDraw(seeds, i);
    const equal = decideWorld(world, 0, seeds, draw);
    if (claimsDifference(equal)) falseDifference++;
    if (equal.verdict !== "inconclusive") conclusive++;
    if (hasSign(equal)) told++;
    else if (claimsDifference(equal)) wrongUntold++;
    const bound = toldBound(decideWorld(world, gap, seeds, draw + 50_000));
    if (bound?.rank === 4 && bound.bound < shortfall) boundBroken++;
  }
  return { falseDifference, boundBroken, conclusive, told, wrongUntold };
}

const percent = (count: number): string => ((100 * count) / sweeps).toFixed(1);
const columns: readonly (keyof Tally)[] = [
  "falseDifference",
  "boundBroken",
  "conclusive",
  "told",
  "wrongUntold",
];

console.log(
  `| world | false difference | bound broken | conclusive | told | false and not told |\n|${" --- |".repeat(6)}`,
);
for (const world of pageWorlds.filter(({ name }) => chosen.includes(name))) {
  const tallies = pageSeeds.map((seeds) => tallyWorld(world, seeds));
  const cells = columns.map((column) => tallies.map((tally) => percent(tally[column])).join(", "));
  console.log(`| ${world.name} | ${cells.join(" | ")} |`);
}
