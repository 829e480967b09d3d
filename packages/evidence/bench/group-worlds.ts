import { type OutcomeCell, type OutcomeTable, outcomeTable } from "../src/decide/outcomes.ts";
import { normalCdf, normalDensity } from "../src/statistics/normal.ts";
import { randomStream } from "../src/statistics/random.ts";

/**
 * A world in which the groups of examples move a rank. An example is right when its latent value is above 0; its log loss
 * is ln(1 + e^(-latent)). Standard deviations are in units of one run's noise on one example.
 */
export interface GroupWorld {
  readonly name: string;
  /** Difficulty of a group, the same for all ranks. */
  readonly groupSd: number;
  /** Liking of a rank for a group, the same under every seed. */
  readonly rankGroupSd: number;
  /** Liking of one run for a group. */
  readonly runGroupSd: number;
  /** Share of groups that the smallest rank alone fails on, and by how much their latent value falls. */
  readonly rare?: { readonly share: number; readonly falls: number };
}

export const groupWorlds: readonly GroupWorld[] = [
  { name: "none", groupSd: 0, rankGroupSd: 0, runGroupSd: 0 },
  { name: "liking 0.5", groupSd: 0.5, rankGroupSd: 0.5, runGroupSd: 0 },
  { name: "liking 1", groupSd: 1, rankGroupSd: 1, runGroupSd: 0.3 },
  { name: "rare", groupSd: 0.5, rankGroupSd: 0.3, runGroupSd: 0, rare: { share: 0.1, falls: 4 } },
];

/** Standard deviations beside those of the groups: of examples, of a rank's liking of one, of a seed and of a run. */
const others = { example: 2, rankExample: 0.3, seed: 0.1, run: 0.1 };

function sdOf({ groupSd, rankGroupSd, runGroupSd }: GroupWorld): number {
  return Math.hypot(1, ...Object.values(others), groupSd, rankGroupSd, runGroupSd);
}

/** The latent level at which a rank has this accuracy, over all kinds of groups. */
function levelOf(world: GroupWorld, accuracy: number, rank = 0): number {
  const sd = sdOf(world);
  const { share, falls } = rareOf(world, rank);
  let [low, high] = [-20, 20];
  for (let i = 0; i < 60; i++) {
    const level = (low + high) / 2;
    const found = (1 - share) * normalCdf(level / sd) + share * normalCdf((level - falls) / sd);
    if (found < accuracy) low = level;
    else high = level;
  }
  return low;
}

function rareOf({ rare = { share: 0, falls: 0 } }: GroupWorld, rank: number) {
  return rank === 0 ? rare : { share: 0, falls: 0 };
}

/** The true mean log loss of a rank with this accuracy, in nats, by quadrature. */
export function trueLogLoss(world: GroupWorld, accuracy: number, rank = 0): number {
  const { share, falls } = rareOf(world, rank);
  const level = levelOf(world, accuracy, rank);
  return (1 - share) * lossAt(level, sdOf(world)) + share * lossAt(level - falls, sdOf(world));
}

function lossAt(level: number, sd: number): number {
  const step = 0.01;
  let sum = 0;
  for (let z = -9; z <= 9; z += step) sum += normalDensity(z) * softplus(-(level + sd * z)) * step;
  return sum;
}

export interface GroupDesign {
  readonly ranks: readonly number[];
  readonly accuracies: readonly number[];
  readonly seeds: number;
  /** Examples of each group. */
  readonly sizes: readonly number[];
}

/** `count` sizes from 1 to 23, as different as they can be; their order says nothing. */
export function unequalSizes(count: number): number[] {
  return Array.from({ length: count }, (_, g) => 1 + Math.round((22 * g) / (count - 1)));
}

/** Draws one sweep; equal `seed`, equal table. */
export function drawGroups(world: GroupWorld, design: GroupDesign, seed: number): OutcomeTable {
  const { ranks, accuracies, seeds, sizes } = design;
  const random = randomStream(seed);
  const draws = (count: number, sd: number): number[] =>
    Array.from({ length: count }, () => sd * random.normal());
  const levels = accuracies.map((accuracy, r) => levelOf(world, accuracy, r));
  const groups = Int32Array.from(sizes.flatMap((size, g) => Array<number>(size).fill(g)));
  const examples = groups.length;
  const seedLuck = draws(seeds, others.seed);
  const runLuck = ranks.map(() => draws(seeds, others.run));
  const cells = ranks.map((rank) =>
    seedLuck.map((_, s): OutcomeCell & { correct: Float64Array; logLoss: Float64Array } => ({
      ...{ rank, seed: s, groups },
      ...{ correct: new Float64Array(examples), logLoss: new Float64Array(examples) },
    })),
  );
  let e = 0;
  for (const size of sizes) {
    const shared = world.groupSd * random.normal();
    const ofRank = ranks.map((_, r) => {
      const { share, falls } = rareOf(world, r);
      return shared + world.rankGroupSd * random.normal() - (random.uniform() < share ? falls : 0);
    });
    const ofRun = ranks.map(() => draws(seeds, world.runGroupSd));
    for (const last = e + size; e < last; e++) {
      const difficulty = others.example * random.normal();
      for (let r = 0; r < ranks.length; r++) {
        const typical = levels[r]! + difficulty + ofRank[r]! + others.rankExample * random.normal();
        for (let s = 0; s < seeds; s++) {
          const latent = typical + ofRun[r]![s]! + seedLuck[s]! + runLuck[r]![s]! + random.normal();
          const cell = cells[r]![s]!;
          cell.correct[e] = latent > 0 ? 1 : 0;
          cell.logLoss[e] = softplus(-latent);
        }
      }
    }
  }
  return outcomeTable(cells.flat(), [], examples);
}

/** ln(1 + e^x) without overflow. */
function softplus(x: number): number {
  return Math.max(0, x) + Math.log1p(Math.exp(-Math.abs(x)));
}
