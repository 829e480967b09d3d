/**
 * Errors and choices of a sweep over arms, here four ranks on each of three targets, by grid and by race. Prints markdown.
 *
 *     node --conditions=@lorank/source --import tsx bench/arms-in-sweeps.ts [--tables=2000] [--methods=grid,race]
 *       [--seeds=3,5,10] [--examples=1000] [--margin=0.02] [--worlds=equal] [--first=0]
 */
import { compareRanks, shortfallBound } from "../src/decide/compare.ts";
import { type CheckedRuns, decideDesign } from "../src/decide/decide.ts";
import { openBound } from "../src/decide/open-bound.ts";
import { type OutcomeTable, partOf } from "../src/decide/outcomes.ts";
import { comparedDesign, pairedDesign } from "../src/decide/paired-design.ts";
import { settingsOf } from "../src/decide/settings.ts";
import { simulateOutcomes } from "../src/index.ts";
import { lookFamily, raceLooks } from "../src/methods/race/race-look.ts";
import { raceSoFar } from "../src/methods/race/so-far.ts";
import type { ArmAxis, Decision } from "../src/results.ts";
import { isSettled } from "../src/schema/rank-to-use.ts";

const options = new Map(
  process.argv.slice(2).map((argument) => argument.replace(/^--/, "").split("=") as [string, string]),
);
const listed = (name: string, fallback: string): string[] => (options.get(name) ?? fallback).split(",");
const tables = Number(options.get("tables") ?? 2000);
const first = Number(options.get("first") ?? 0);
const examples = Number(options.get("examples") ?? 1000);
const margin = Number(options.get("margin") ?? 0.02);
const level = 0.8;

interface Arm {
  readonly name: string;
  readonly rank: number;
  readonly target: (typeof targets)[number];
  /** Trainable parameters, in those of rank 1 on attention. */
  readonly cost: number;
}

const targets = ["attention", "mlp", "all-linear"] as const;

/** Arms in order of cost; of three pairs with equal costs, the target that is named first comes first. */
const arms: readonly Arm[] = targets
  .flatMap((target, place) =>
    [4, 8, 16, 32].map(
      (rank): Arm => ({ name: `${target} r${rank}`, rank, target, cost: rank * (place + 1) }),
    ),
  )
  .sort((a, b) => a.cost - b.cost);
const numbers = arms.map((_, place) => place + 1);

/** True scores, by what an arm lacks to the best, in margins. */
interface World {
  readonly name: string;
  readonly lack: (arm: Arm, place: number) => number;
}

const best = arms.findIndex(({ name }) => name === "mlp r16");
const worlds: readonly World[] = [
  { name: "equal", lack: () => 0 },
  { name: "cheapest worse by half a margin", lack: (_, place) => (place === 0 ? 0.5 : 0) },
  { name: "cheapest worse by 1.01 margins", lack: (_, place) => (place === 0 ? 1.01 : 0) },
  { name: "dearest better by 1.01 margins", lack: (_, place) => (place < arms.length - 1 ? 1.01 : 0) },
  { name: "one better by 3 margins", lack: (_, place) => (place === best ? 0 : 3) },
  {
    name: "rising",
    lack: ({ rank, target }) =>
      (({ 4: 1.5, 8: 0.6, 16: 0.2 })[rank] ?? 0) + { attention: 0.8, mlp: 0.3, "all-linear": 0 }[target],
  },
];

interface Judged {
  readonly verdict: Decision["verdict"];
  readonly rank: number | null;
  readonly certifiedRank: number | null;
  /** Largest loss of the arm that is named, by the decision. */
  readonly bound: number;
  /** Supported differences, as first and second arm: the first is better. */
  readonly claimed: readonly (readonly [better: number, worse: number])[];
  /** Share of the grid's runs. */
  readonly share: number;
}

type Pairs = ReturnType<typeof compareRanks>["pairs"];

const claimedIn = (pairs: Pairs): [number, number][] =>
  pairs
    .filter(({ supported }) => supported)
    .map(({ first, second, fit }) => (fit.mean > 0 ? [first, second] : [second, first]));

/** Grid's decision without checks, which only withdraw claims, and without plans. */
function judgedByGrid(table: OutcomeTable): Judged {
  const settings = settingsOf(table, { margin });
  const design = comparedDesign(table);
  const runs: CheckedRuns = { design, forbids: ["plan"], members: {} };
  const { axis } = table;
  const {
    verdict,
    rank,
    certifiedRank = null,
    ranks,
    pairs = [],
  } = decideDesign(runs, examples, settings, { axis });
  const bound = ranks.find((one) => one.rank === rank)?.shortfallBound ?? 1;
  const claimed = pairs.flatMap(({ first, second, interval: [low, high] }): [number, number][] =>
    low > 0 ? [[first, second]] : high < 0 ? [[second, first]] : [],
  );
  return { verdict, rank, certifiedRank, bound, claimed, share: 1 };
}

/** Race's decision; claims are those of any look on the arms in play. */
function judgedByRace(table: OutcomeTable): Judged {
  const { seeds } = table;
  const planned = raceLooks(seeds.length);
  const { looks, verdict, ranks: left } = raceSoFar(table, { margin, ranks: numbers, seeds });
  const compared = looks.map(({ seeds: count, ranks }, index) => {
    const design = pairedDesign(partOf(table, ranks, seeds.slice(0, count)));
    return compareRanks(design, "accuracy", 0.95, lookFamily(numbers, planned, index));
  });
  const claimed = compared.flatMap(({ pairs }) => claimedIn(pairs));
  const last = compared.at(-1)!;
  const isLeft = (arm: number): boolean => left.includes(arm);
  const pairs = last.pairs.filter((pair) => isLeft(pair.first) && isLeft(pair.second));
  const runs = looks.reduce(
    (sum, look, index) => sum + look.ranks.length * (look.seeds - (looks[index - 1]?.seeds ?? 0)),
    0,
  );
  const boundOf = (arm: number): number =>
    isSettled(verdict) ? shortfallBound(pairs, arm) : openBound({ ...last, pairs }, arm);
  const bound = verdict.rank === null || pairs.length === 0 ? 0 : boundOf(verdict.rank);
  return { ...verdict, bound, claimed, share: runs / (numbers.length * seeds.length) };
}

const judges = { grid: judgedByGrid, race: judgedByRace } as const;

/** What a decision says against the truth; losses are in margins. */
function counted({ rank, certifiedRank, verdict, bound, claimed, share }: Judged, lacks: readonly number[]) {
  const lackOf = (arm: number): number => lacks[arm - 1]!;
  const large = lacks.reduce((sum, lack) => sum + (lack - Math.min(...lacks) > 2.99 ? 1 : 0), 0);
  const isFound = (arm: number): boolean =>
    claimed.some(([better, worse]) => better === best + 1 && worse === arm);
  return {
    "wrong difference": claimed.some(([better, worse]) => lackOf(better) >= lackOf(worse)),
    "wrongly proven": certifiedRank !== null && lackOf(certifiedRank) > 1,
    "bound too low": rank !== null && lackOf(rank) * margin > Math.max(0, bound) + 1e-12,
    named: rank !== null,
    settled: isSettled({ verdict }),
    "the cheapest named": rank === 1,
    "a dearer one": rank !== null && rank > 1,
    "the best named": rank !== null && lackOf(rank) === 0,
    "worse by more than the margin": rank !== null && lackOf(rank) > 1,
    found:
      large === 0 ? Number.NaN : numbers.filter((arm) => lackOf(arm) > 2.99 && isFound(arm)).length / large,
    runs: share,
  };
}

type Counts = { [Key in keyof ReturnType<typeof counted>]: number };

function tableOf({ lack }: World, seeds: number, draw: number): OutcomeTable {
  const accuracies = arms.map((arm, place) => level - lack(arm, place) * margin);
  const simulated = simulateOutcomes({ ranks: numbers, accuracies, seeds, examples }, draw);
  const values = arms.map(({ cost }) => cost);
  const axis: ArmAxis = {
    by: "arm",
    names: arms.map(({ name }) => name),
    cost: { of: "trainable parameters", values },
  };
  return { ...simulated, cells: simulated.cells.map(({ logLoss: _, ...cell }) => cell), axis };
}

let heads = false;
for (const world of worlds.filter(
  ({ name }) => !options.has("worlds") || listed("worlds", "").includes(name),
))
  for (const seeds of listed("seeds", "3,5,10").map(Number)) {
    const lacks = arms.map(world.lack);
    const methods = listed("methods", "grid,race") as (keyof typeof judges)[];
    const counts = methods.map((): Partial<Counts> => ({}));
    for (let draw = first; draw < first + tables; draw++) {
      const table = tableOf(world, seeds, 1000 * seeds + 100_003 * draw);
      methods.forEach((method, place) => {
        const found = Object.entries(counted(judges[method](table), lacks)) as [
          keyof Counts,
          number | boolean,
        ][];
        for (const [key, value] of found) counts[place]![key] = (counts[place]![key] ?? 0) + Number(value);
      });
    }
    methods.forEach((method, place) => {
      const own = Object.entries(counts[place]!);
      if (!heads) {
        console.log(`| world | seeds | method | ${own.map(([key]) => key).join(" | ")} |`);
        console.log(`|${" --- |".repeat(3 + own.length)}`);
        heads = true;
      }
      const cells = own.map(([, value]) => (Number.isNaN(value) ? "" : ((100 * value) / tables).toFixed(1)));
      console.log(`| ${world.name} | ${seeds} | ${method} | ${cells.join(" | ")} |`);
    });
  }
