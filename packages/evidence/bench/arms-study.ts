/**
 * Errors and power of decisions on arms: by costs in fixed order, and without costs ordered by their means. Prints markdown.
 *
 *     node --conditions=@lorank/source --import tsx bench/arms-study.ts [--tables=2000] [--runs=outcomes,scores,uneven]
 *       [--arms=2,3,4,8,12] [--seeds=3,5,10] [--worlds=equal] [--first=0] [--noisy="have fewer"]
 */
import { withArmsInOrder } from "../src/decide/arm-order.ts";
import type { ClaimFamily } from "../src/decide/claim-tails.ts";
import { type CheckedRuns, decideDesign } from "../src/decide/decide.ts";
import { comparedDesign } from "../src/decide/paired-design.ts";
import { settingsOf } from "../src/decide/settings.ts";
import { decideScores, type OutcomeTable, type ScoredRun, simulateOutcomes } from "../src/index.ts";
import type { ArmAxis, Decision } from "../src/results.ts";
import { mean } from "../src/statistics/averages.ts";
import { randomStream } from "../src/statistics/random.ts";

const options = new Map(
  process.argv.slice(2).map((argument) => argument.replace(/^--/, "").split("=") as [string, string]),
);
const listed = (name: string, fallback: string): string[] => (options.get(name) ?? fallback).split(",");
const tables = Number(options.get("tables") ?? 2000);
const first = Number(options.get("first") ?? 0);
const margin = 0.01;
const examples = 400;
const level = 0.8;

/** True scores, by what they lack to the best arm in margins; costs of arms, in their order. */
interface World {
  readonly name: string;
  readonly lacks: (arms: number) => number[];
  readonly costs: (arms: number) => number[];
}

const places = (arms: number): number[] => Array.from({ length: arms }, (_, arm) => arm);
const rising = (arms: number): number[] => places(arms).map((arm) => arm + 1);
const worlds: readonly World[] = [
  { name: "equal", lacks: (arms) => places(arms).map(() => 0), costs: rising },
  {
    name: "equal, at equal costs",
    lacks: (arms) => places(arms).map(() => 0),
    costs: (arms) => places(arms).map(() => 1),
  },
  {
    name: "last better by 1.01 margins",
    lacks: (arms) => places(arms).map((arm) => (arm < arms - 1 ? 1.01 : 0)),
    costs: rising,
  },
  {
    name: "first worse by 1.01 margins",
    lacks: (arms) => places(arms).map((arm) => (arm === 0 ? 1.01 : 0)),
    costs: rising,
  },
  {
    name: "first worse by half a margin",
    lacks: (arms) => places(arms).map((arm) => (arm === 0 ? 0.5 : 0)),
    costs: rising,
  },
  {
    name: "last better by 3 margins",
    lacks: (arms) => places(arms).map((arm) => (arm < arms - 1 ? 3 : 0)),
    costs: rising,
  },
];

type Judged = Pick<Decision, "axis" | "rank" | "certifiedRank" | "ranks" | "pairs" | "bestBet">;

interface Drawn {
  /** Decision of a rule on the table drawn; undefined if the rule does not apply. */
  readonly byRule: readonly (Judged | undefined)[];
}

const rules = ["costs", "none", "none, shares 2/3"] as const;

function axisOf(arms: number, costs?: readonly number[]): ArmAxis {
  const names = places(arms).map(String);
  return { by: "arm", names, ...(costs === undefined ? {} : { cost: { of: "cost", values: costs } }) };
}

/** Decision without checks, which only withdraw claims, and without plans. `family`: shares of the error, if not the rule's own. */
function decided(table: OutcomeTable, axis: ArmAxis, family?: ClaimFamily): Judged {
  const settings = settingsOf(table, { margin });
  const outcomes = withArmsInOrder({ ...table, axis }, settings.metric);
  const runs: CheckedRuns = { design: comparedDesign(outcomes), forbids: ["plan"], members: {} };
  return decideDesign(runs, examples, settings, { axis: outcomes.axis, ...(family && { family }) });
}

function drawOutcomes(world: World, arms: number, seeds: number, draw: number): Drawn {
  const accuracies = world.lacks(arms).map((lack) => level - lack * margin);
  const ranks = rising(arms);
  const simulated = simulateOutcomes({ ranks, accuracies, seeds, examples }, draw);
  const table = { ...simulated, cells: simulated.cells.map(({ logLoss: _, ...cell }) => cell) };
  const isCompared = arms > 2 && world.name === "last better by 1.01 margins";
  return {
    byRule: [
      decided(table, axisOf(arms, world.costs(arms))),
      decided(table, axisOf(arms)),
      // The family of ranks: the first has two thirds of the error.
      isCompared ? decided(table, axisOf(arms), { ranks: arms }) : undefined,
    ],
  };
}

/** Scores of runs; `runs` and `spread` (a standard deviation, in points) by arm. */
function drawScores(
  world: World,
  arms: number,
  draw: number,
  {
    runs,
    spread,
    shared,
  }: { runs: (arm: number) => number; spread: (arm: number) => number; shared: boolean },
): Drawn {
  const { normal } = randomStream(draw);
  const lacks = world.lacks(arms);
  const luck = Array.from({ length: 12 }, () => (shared ? 0.01 * normal() : 0));
  const table = lacks.flatMap((lack, arm) =>
    Array.from({ length: runs(arm) }, (_, seed): ScoredRun => {
      const score = level - lack * margin + luck[seed]! + (spread(arm) / 100) * normal();
      return { rank: arm + 1, ...(shared ? { seed } : {}), score };
    }),
  );
  return {
    byRule: [
      decideScores({ runs: table, axis: axisOf(arms, world.costs(arms)) }, { margin }),
      decideScores({ runs: table, axis: axisOf(arms) }, { margin }),
      arms > 2 && world.name === "last better by 1.01 margins"
        ? decideScores({ runs: table, axis: axisOf(arms, placesByMean(table, arms)) }, { margin })
        : undefined,
    ],
  };
}

/** Place of each arm by its mean, best first: costs that give the first the share of the smallest rank. */
function placesByMean(table: readonly ScoredRun[], arms: number): number[] {
  const means = rising(arms).map((arm) =>
    mean(table.filter(({ rank }) => rank === arm).map(({ score }) => score)),
  );
  return means.map((own) => means.filter((other) => other > own).length);
}

/** What one decision claims, against the truth. */
function judged({ axis, rank, certifiedRank, ranks, pairs = [], bestBet }: Judged, lacks: readonly number[]) {
  const lackOf = (arm: number): number => margin * lacks[Number(axis!.names[arm - 1])]!;
  const gains = pairs.map(({ first, second, interval: [low, high] }) => ({
    // Positive if the first arm is truly better, as `advantage` is.
    truth: lackOf(second) - lackOf(first),
    claimed: low > 0 ? 1 : high < 0 ? -1 : 0,
  }));
  const large = gains.filter(({ truth }) => Math.abs(truth) > 2.99 * margin);
  // A bound below 0 is shown as "nothing".
  const boundOf = (arm: number): number =>
    Math.max(0, ranks.find((one) => one.rank === arm)?.shortfallBound ?? 1);
  const isBroken = (arm: number): boolean => lackOf(arm) > boundOf(arm) + 1e-12;
  return {
    wrong: gains.some(({ truth, claimed }) => claimed !== 0 && Math.sign(truth) !== claimed),
    proven: (certifiedRank ?? null) !== null && lackOf(certifiedRank!) > margin,
    bound: rank !== null && isBroken(rank),
    bounds: ranks.some((one) => isBroken(one.rank)),
    bet: bestBet?.mayLose !== undefined && lackOf(bestBet.rank!) > Math.max(0, bestBet.mayLose) + 1e-12,
    named: rank !== null,
    first: rank === 1,
    power:
      large.length === 0 ? Number.NaN : large.filter(({ claimed }) => claimed !== 0).length / large.length,
  };
}

/** Runs of an arm, by what noisy arms have; in turn, unless `--noisy` names one. */
const countsOf: Readonly<Record<string, (arm: number) => number>> = {
  "have more": (arm) => 2 + (arm % 4),
  "have fewer": (arm) => 5 - (arm % 4),
  "have three": () => 3,
};

type Counts = { [Key in keyof ReturnType<typeof judged>]: number };

const drawOf = {
  outcomes: drawOutcomes,
  scores: (world, arms, seeds, draw) =>
    drawScores(world, arms, draw, { runs: () => seeds, spread: () => 1, shared: true }),
  // Scores whose bounds are about as wide as the margin, so that arms can just be proven.
  precise: (world, arms, seeds, draw) =>
    drawScores(world, arms, draw, { runs: () => seeds, spread: () => 0.8, shared: true }),
  uneven: (world, arms, _, draw) =>
    drawScores(world, arms, draw, {
      runs: countsOf[options.get("noisy") ?? (draw % 2 === 0 ? "have more" : "have fewer")]!,
      spread: (arm) => [1, 2, 0.5, 3][arm % 4]!,
      shared: false,
    }),
} as const satisfies Record<string, (world: World, arms: number, seeds: number, draw: number) => Drawn>;

const columns = ["wrong", "proven", "bound", "bounds", "bet", "power", "named", "first"] as const;
console.log(`| runs | world | arms | seeds | costs | ${columns.join(" | ")} |`);
console.log(`|${" --- |".repeat(5 + columns.length)}`);
for (const kind of listed("runs", "outcomes,scores,uneven") as (keyof typeof drawOf)[])
  for (const world of worlds.filter(
    ({ name }) => !options.has("worlds") || listed("worlds", "").includes(name),
  ))
    for (const arms of listed("arms", "2,3,4,8,12").map(Number))
      for (const seeds of kind === "uneven" ? [0] : listed("seeds", "3,5,10").map(Number)) {
        const lacks = world.lacks(arms);
        const counts = rules.map((): Partial<Counts> => ({}));
        for (let draw = first; draw < first + tables; draw++)
          drawOf[kind](world, arms, seeds, 1000 * arms + 7 * seeds + 100_003 * draw).byRule.forEach(
            (decision, rule) => {
              if (decision === undefined) return;
              for (const [key, value] of Object.entries(judged(decision, lacks)) as [
                keyof Counts,
                number | boolean,
              ][])
                counts[rule]![key] = (counts[rule]![key] ?? 0) + Number(value);
            },
          );
        counts.forEach((own, rule) => {
          if (own.wrong === undefined) return;
          const cells = columns.map((key) =>
            Number.isNaN(own[key]) ? "" : ((100 * own[key]!) / tables).toFixed(1),
          );
          console.log(
            `| ${kind} | ${world.name} | ${arms} | ${seeds || "2 to 5"} | ${rules[rule]} | ${cells.join(" | ")} |`,
          );
        });
      }
