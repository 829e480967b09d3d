/**
 * How often a verdict is settled by the design that the `needed` of a pilot names. Prints markdown.
 *
 *     node --conditions=@lorank/source --import tsx bench/pilot-promises.ts [--pilots=200] [--worlds="plain;scores"]
 *       [--seeds=1,3,5,10] [--examples=872] [--truths=equal] [--parts=seeds,both,examples]
 */
import { parseArgs } from "node:util";
import { ranksInPlay } from "../src/decide/verdict.ts";
import { decide, decideScores } from "../src/index.ts";
import { metricOf } from "../src/schema/metric.ts";
import { isSettled } from "../src/schema/rank-to-use.ts";
import type { Decision, NeededDesign } from "../src/schema/types.ts";
import {
  accuracyWorlds,
  type Course,
  drawScores,
  logLossWorlds,
  type Size,
  scoreWorlds,
} from "./pilot-draws.ts";
import { judge } from "./verdict-cells.ts";
import { ranks, truths } from "./worlds.ts";

const { values } = parseArgs({
  options: {
    pilots: { type: "string", default: "200" },
    worlds: { type: "string" },
    seeds: { type: "string", default: "1,3,5,10" },
    examples: { type: "string", default: "872" },
    truths: { type: "string", default: "equal" },
    parts: { type: "string", default: "seeds,both,examples" },
    /** In points, or in hundredths of the margin's unit; default: each world's own. */
    margin: { type: "string" },
    /** Continuations of each pilot. */
    times: { type: "string", default: "1" },
  },
});
const pilots = Number(values.pilots);
const times = Number(values.times);
const parts = values.parts.split(",");
/** Larger follow-ups are counted and not drawn. */
const mostOutcomes = 6_000_000;
const marginOf = (usual: number): number =>
  values.margin === undefined ? usual : Number(values.margin) / 100;

/** What is known of a pilot, and what a follow-up of it is worth. */
interface Cell {
  readonly name: string;
  readonly pilot: (course: Course) => { readonly needed?: NeededDesign; readonly isSettled: boolean };
  readonly settles: (size: Size, course: Course) => boolean;
  readonly now: Size;
}

interface Part {
  readonly name: string;
  readonly of: (needed: NeededDesign, now: Size) => Size | undefined;
  /** The pilot's runs and examples are part of the follow-up. */
  readonly isExtended: boolean;
}

const allParts: Readonly<Record<string, readonly Part[]>> = {
  seeds: [true, false].map((isExtended) => ({
    name: isExtended ? "seeds, added" : "seeds, afresh",
    of: ({ onlySeeds }, now) => (onlySeeds === undefined ? undefined : { ...now, seeds: onlySeeds }),
    isExtended,
  })),
  both: [true, false].map((isExtended) => ({
    name: isExtended ? "both, added" : "both, afresh",
    of: ({ examples, seeds }) => ({ examples, seeds }),
    isExtended,
  })),
  examples: [true, false].map((isExtended) => ({
    name: isExtended ? "examples, added" : "examples, afresh",
    of: ({ onlyExamples }, now) =>
      onlyExamples === undefined ? undefined : { ...now, examples: onlyExamples },
    isExtended,
  })),
};

function quantile(sorted: readonly number[], share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))]!;
}

function run(cell: Cell): void {
  let open = 0;
  const tallies = parts.flatMap((part) =>
    allParts[part]!.map((one) => ({ ...one, kept: 0, drawn: 0, given: 0, numbers: [] as number[] })),
  );
  for (let i = 0; i < pilots; i++) {
    const course: Course = { sweep: 1000 + i, pilotSeeds: cell.now.seeds, continuation: 0 };
    const pilot = cell.pilot(course);
    if (pilot.isSettled) continue;
    open++;
    if (pilot.needed === undefined) continue;
    for (const tally of tallies) {
      const size = tally.of(pilot.needed, cell.now);
      if (size === undefined) continue;
      tally.given++;
      tally.numbers.push(
        tally.name.startsWith("seeds")
          ? size.seeds
          : size.examples * (tally.name.startsWith("both") ? size.seeds : 1),
      );
      if (size.seeds * size.examples * ranks.length > mostOutcomes) continue;
      for (let t = 1; t <= times; t++) {
        const next = tally.isExtended
          ? { ...course, continuation: t }
          : { sweep: 100_000 * t + i, pilotSeeds: size.seeds, continuation: 0 };
        tally.drawn++;
        if (cell.settles(size, next)) tally.kept++;
      }
    }
  }
  for (const { name, kept, drawn, given, numbers } of tallies) {
    numbers.sort((a, b) => a - b);
    const spread =
      numbers.length === 0 ? "" : [0.1, 0.5, 0.9].map((share) => quantile(numbers, share)).join(", ");
    const rate = drawn === 0 ? "" : ((100 * kept) / drawn).toFixed(1);
    console.log(
      `| ${cell.name}, ${cell.now.seeds} | ${name} | ${open} | ${((100 * given) / Math.max(1, open)).toFixed(0)} | ${spread} | ${drawn} | ${rate} |`,
    );
  }
}

function openOf(decision: Decision): ReturnType<Cell["pilot"]> {
  return {
    isSettled: isSettled(decision),
    ...(decision.needed === undefined ? {} : { needed: decision.needed }),
  };
}

/** The promise is made for ranks that are truly equal: of other ranks that are left it says nothing. */
function isPromised(
  decision: Decision,
  accuracies: readonly number[],
  table: Parameters<typeof judge>[0],
  metric: "accuracy" | "log-loss",
): boolean {
  if (new Set(accuracies).size === 1 || decision.seeds < 2) return true;
  const { comparison } = judge(table, metric, decision.margin);
  const left = ranksInPlay(ranks, comparison);
  return new Set(left.map((rank) => accuracies[ranks.indexOf(rank)])).size === 1;
}

console.log(
  "| world, truth, pilot's seeds | promise | open pilots | with a number, % | 10, 50, 90 % of the numbers | drawn | kept, % |",
);
console.log("| --- | --- | --: | --: | --- | --: | --: |");
const wanted = values.worlds?.split(";");
const isWanted = ({ name }: { readonly name: string }): boolean =>
  wanted === undefined || wanted.includes(name);
for (const truth of truths.filter(({ name }) => values.truths.split(",").includes(name))) {
  const { accuracies } = truth;
  for (const examples of values.examples.split(",").map(Number)) {
    for (const seeds of values.seeds.split(",").map(Number)) {
      for (const world of [...accuracyWorlds, ...logLossWorlds].filter(isWanted)) {
        const metric = logLossWorlds.includes(world) ? "log-loss" : "accuracy";
        const margin = marginOf(world.margin);
        run({
          name: `${world.name}, ${truth.name}, ${examples}`,
          now: { seeds, examples },
          pilot: (course) => {
            const table = world.draw(accuracies, { seeds, examples }, course);
            const decision = decide(table, { metric: metricOf(metric).name, margin });
            const open = openOf(decision);
            return isPromised(decision, accuracies, table, metric) ? open : { ...open, isSettled: true };
          },
          settles: (size, course) => isSettled(judge(world.draw(accuracies, size, course), metric, margin)),
        });
      }
      for (const world of examples === Number(values.examples.split(",")[0])
        ? scoreWorlds.filter(isWanted)
        : []) {
        const decideRuns = (count: number, course: Course): Decision =>
          decideScores(
            { runs: drawScores(world, accuracies, count, course) },
            { metric: "higher:score", margin: marginOf(0.01) },
          );
        run({
          name: `${world.name}, ${truth.name}`,
          now: { seeds, examples: 1 },
          pilot: (course) => openOf(decideRuns(seeds, course)),
          settles: (size, course) => isSettled(decideRuns(size.seeds, course)),
        });
      }
    }
  }
}
