/**
 * Verdicts in worlds that the model of the intervals leaves out, and how often a sign of them is found. Prints markdown.
 *
 *     node --conditions=@lorank/source --import tsx bench/outside-worlds.ts [--sweeps=400] [--parts=runs,scores,groups,none,collapse] \
 *       [--seeds=5,10]
 */

import { outcomeTable } from "../src/decide/outcomes.ts";
import { decide, decideScores, type OutcomeTable, simulateOutcomes } from "../src/index.ts";
import type { Decision } from "../src/results.ts";
import { normalQuantile } from "../src/statistics/normal.ts";
import { randomStream, type SeededRandom } from "../src/statistics/random.ts";
import { drawTable, ranks, worlds } from "./worlds.ts";

const options = new Map(
  process.argv.slice(2).map((argument) => argument.replace(/^--/, "").split("=") as [string, string]),
);
const sweeps = Number(options.get("sweeps") ?? 400);
const parts = options.get("parts")?.split(",") ?? ["runs", "scores", "groups", "none"];
const seedsOf = (defaults: readonly number[]): readonly number[] =>
  options.get("seeds")?.split(",").map(Number) ?? defaults;
const margin = 0.01;
const equal = ranks.map(() => 0.85);

/** Runs that depend on each other, in the order of their seeds or of all runs. */
interface DependentWorld {
  readonly name: string;
  /** Share of a run's luck that it has from the run before it of its rank. */
  readonly keepsLuck?: number;
  /** The same of its answer to each example, beside what all runs share. */
  readonly keepsAnswers?: number;
  /** Standard deviation of a step of the machine between two runs, all runs of a rank before the next rank. */
  readonly walk?: number;
  /** Change of the machine at every run, in the same order. */
  readonly slope?: number;
  /** All ranks of a seed run before the next seed. (default: all seeds of a rank before the next rank) */
  readonly bySeed?: true;
}

const dependent: readonly DependentWorld[] = [
  { name: "started from the run before, keeps 0.9 of its luck", keepsLuck: 0.9 },
  { name: "keeps 0.9 of its luck and answers", keepsLuck: 0.9, keepsAnswers: 0.9 },
  { name: "keeps 0.3 of its luck and answers", keepsLuck: 0.3, keepsAnswers: 0.3 },
  { name: "the machine wanders, rank by rank", walk: 0.1 },
  { name: "the machine changes steadily, rank by rank", slope: 0.03 },
  { name: "the machine wanders, seed by seed", walk: 0.1, bySeed: true },
  { name: "the machine changes steadily, seed by seed", slope: 0.03, bySeed: true },
];

/** Outcomes of equal ranks; standard deviations are those of the plain world. */
function dependentTable(world: DependentWorld, seeds: number, examples: number, seed: number): OutcomeTable {
  const random = randomStream(seed);
  const { keepsLuck = 0, keepsAnswers = 0, walk = 0, slope = 0, bySeed = false } = world;
  const level = Math.hypot(1, 2, 0.3, 0.1, 0.1) * normalQuantile(equal[0]!);
  const seedLuck = Array.from({ length: seeds }, () => 0.1 * random.normal());
  let now = 0;
  const machine = Array.from({ length: ranks.length * seeds }, () => {
    now += walk * random.normal() + slope;
    return now;
  });
  const luck = ranks.map((_, r) =>
    chain(keepsLuck, seeds, random).map(
      (own, s) => seedLuck[s]! + 0.1 * own + machine[bySeed ? s * ranks.length + r : r * seeds + s]!,
    ),
  );
  const cells = ranks.map((rank) =>
    seedLuck.map((_, s) => ({ rank, seed: s, correct: new Float64Array(examples) })),
  );
  for (let e = 0; e < examples; e++) {
    const difficulty = 2 * random.normal();
    for (let r = 0; r < ranks.length; r++) {
      const typical = level + difficulty + 0.3 * random.normal();
      const noise = chain(keepsAnswers, seeds, random);
      for (let s = 0; s < seeds; s++)
        cells[r]![s]!.correct[e] = typical + luck[r]![s]! + noise[s]! > 0 ? 1 : 0;
    }
  }
  return outcomeTable(cells.flat(), [], examples);
}

/** Standard normal values, each correlated with the one before it. */
function chain(keeps: number, length: number, random: SeededRandom): number[] {
  const values: number[] = [];
  for (let i = 0; i < length; i++) {
    const own = random.normal();
    values.push(i === 0 ? own : keeps * values[i - 1]! + Math.sqrt(1 - keeps ** 2) * own);
  }
  return values;
}

/** A difference between equal ranks is claimed. */
function isWrong({ pairs = [] }: Decision): boolean {
  return pairs.some(({ interval: [low, high] }) => low > 0 || high < 0);
}

/** Scores of runs alone, as a table of runs has them. */
function scoresOf({ cells }: OutcomeTable, examples: number) {
  const runs = cells.map(({ rank, seed, correct }) => ({
    rank,
    seed,
    score: Array.from(correct).reduce((sum, one) => sum + one, 0) / examples,
  }));
  return { runs, examples };
}

const percent = (count: number, of = sweeps): string => (of === 0 ? "" : ((100 * count) / of).toFixed(1));

/** A row: wrong verdicts, sweeps with a sign, and wrong verdicts without one, by number of seeds. */
function row(name: string, cells: readonly { wrong: number; told: number; untold: number }[]): void {
  const columns = (["wrong", "told", "untold"] as const).map((key) =>
    cells.map((cell) => percent(cell[key])).join(", "),
  );
  console.log(`| ${[name, ...columns].join(" | ")} |`);
}

function tallied(
  draw: (i: number) => Decision,
  hasSign: (decision: Decision) => boolean,
): { wrong: number; told: number; untold: number } {
  const tally = { wrong: 0, told: 0, untold: 0 };
  for (let i = 0; i < sweeps; i++) {
    const decision = draw(i);
    const [wrong, told] = [isWrong(decision), hasSign(decision)];
    if (wrong) tally.wrong++;
    if (told) tally.told++;
    if (wrong && !told) tally.untold++;
  }
  return tally;
}

const head = (first: string): void =>
  console.log(`\n| ${first} | wrong | told | wrong and not told |\n| --- | --- | --- | --- |`);
const hasDependent = (decision: Decision): boolean => decision.dependentRuns !== undefined;
const hasNeighbours = (decision: Decision): boolean => decision.alikeNeighbours !== undefined;

if (parts.includes("runs")) {
  head(`outcomes of 872 examples; ${seedsOf([4, 5, 10]).join(", ")} seeds`);
  for (const world of dependent) {
    row(
      world.name,
      seedsOf([4, 5, 10]).map((seeds) =>
        tallied((i) => decide(dependentTable(world, seeds, 872, 7_000_000 + i), { margin }), hasDependent),
      ),
    );
  }
}
if (parts.includes("scores")) {
  head(`scores of runs on 872 examples; ${seedsOf([5, 10, 20]).join(", ")} seeds`);
  for (const world of dependent.filter(({ keepsAnswers = 0 }) => keepsAnswers === 0)) {
    row(
      world.name,
      seedsOf([5, 10, 20]).map((seeds) =>
        tallied(
          (i) => decideScores(scoresOf(dependentTable(world, seeds, 872, 7_000_000 + i), 872), { margin }),
          hasDependent,
        ),
      ),
    );
  }
}
if (parts.includes("groups")) {
  head(`groups that nobody told of, examples; ${seedsOf([3, 5, 10]).join(", ")} seeds`);
  for (const [groupSize, examples] of [
    [10, 872],
    [30, 872],
    [100, 3000],
  ] as const) {
    const name = `${groupSize} a group, ${examples}`;
    const cells = seedsOf([3, 5, 10]).map((seeds) => {
      const world = { ranks, accuracies: equal, seeds, examples, groupSize, rankGroupSd: 0.5 };
      return tallied((i) => {
        const table = simulateOutcomes(world, 8_000_000 + i);
        return decide(
          { ...table, cells: table.cells.map(({ groups: _, logLoss: __, ...cell }) => cell) },
          { margin },
        );
      }, hasNeighbours);
    });
    row(name, cells);
  }
}
if (parts.includes("none")) {
  const columns = ["runs depend", "neighbours alike"].map(
    (what) => `${what}: ${seedsOf([3, 5, 10]).join(", ")} seeds`,
  );
  console.log(`\n| world, examples | ${columns.join(" | ")} |\n| --- | --- | --- |`);
  for (const [index, world] of worlds.entries()) {
    for (const examples of [200, 872]) {
      const cells = seedsOf([3, 5, 10]).map((seeds) => {
        const told = { runs: 0, examples: 0 };
        for (let i = 0; i < sweeps; i++) {
          const decision = decide(
            drawTable(world, equal, { seeds, examples }, 9_500_000 + 10_000 * index + i),
            { margin },
          );
          if (hasDependent(decision)) told.runs++;
          if (hasNeighbours(decision)) told.examples++;
        }
        return told;
      });
      const shares = (key: "runs" | "examples") => cells.map((cell) => percent(cell[key])).join(", ");
      console.log(`| ${world.name}, ${examples} | ${shares("runs")} | ${shares("examples")} |`);
    }
  }
}
if (parts.includes("collapse")) {
  head(`rank 4 fails under one seed in ten, 872 examples; ${seedsOf([3, 5, 10]).join(", ")} seeds`);
  const world = worlds.find(({ name }) => name === "collapse")!;
  const hasCollapsed = (decision: Decision): boolean => decision.collapsed !== undefined;
  const cells = seedsOf([3, 5, 10]).map((seeds) =>
    tallied(
      (i) => decide(drawTable(world, equal, { seeds, examples: 872 }, 9_000_000 + i), { margin }),
      hasCollapsed,
    ),
  );
  row("equal ranks", cells);
}
