import { assertOptions, InputError, type OptionNames } from "@lorank/core";
import { normalDensity, normalQuantile } from "../statistics/normal.ts";
import { randomStream, type SeededRandom } from "../statistics/random.ts";
import { type OutcomeCell, type OutcomeTable, outcomeTable } from "./outcomes.ts";

/**
 * Simulated world with known answers. An example is right if its latent value is above 0.
 *
 *     level(rank) + difficulty(example) + liking(rank, example) + liking(rank, group)
 *       + luck(seed) + luck(rank, seed) + noise.
 *
 * All terms but the level are normal with the standard deviations below, relative to a single run's noise on an
 * example.
 */
export interface SimulatedWorld {
  readonly ranks: readonly number[];
  /** True accuracy by rank over all possible examples and seeds, between 0 and 1. */
  readonly accuracies: readonly number[];
  readonly seeds: number;
  readonly examples: number;
  /** Example difficulty for all ranks. Default 2. */
  readonly exampleSd?: number;
  /** A rank's liking for an example, under every seed. Default 0.3. */
  readonly rankExampleSd?: number;
  /** Examples in a group; the last may have fewer. Default 1: independent examples. */
  readonly groupSize?: number;
  /** A rank's liking for a group's examples. Default 0. */
  readonly rankGroupSd?: number;
  /** Seed luck for all ranks (data order), which cancels in pairs. Default 0.1. */
  readonly seedSd?: number;
  /** Seed luck for a single rank, which pairing cannot remove. Default 0.1. */
  readonly rankSeedSd?: number;
}

const worldNames: OptionNames<SimulatedWorld> = {
  ranks: true,
  accuracies: true,
  seeds: true,
  examples: true,
  exampleSd: false,
  rankExampleSd: false,
  groupSize: false,
  rankGroupSd: false,
  seedSd: false,
  rankSeedSd: false,
};

const defaults = {
  ...{ exampleSd: 2, rankExampleSd: 0.3, seedSd: 0.1, rankSeedSd: 0.1 },
  ...{ groupSize: 1, rankGroupSd: 0 },
};

/** Simulated sweep outcomes; deterministic in `seed`. Log loss: ln(1 + e^(-latent)), `latent` the truth's logit. */
export function simulateOutcomes(world: SimulatedWorld, seed: number): OutcomeTable {
  assertOptions(world, "the world of simulateOutcomes", worldNames);
  const { ranks, seeds, examples, exampleSd, rankExampleSd, seedSd, rankSeedSd, groupSize, rankGroupSd } = {
    ...defaults,
    ...world,
  };
  const random = randomStream(seed);
  const levels = simulatedLevels(world);
  const seedLuck = draws(random, seeds, seedSd);
  const runLuck = ranks.map(() => draws(random, seeds, rankSeedSd));
  const groups = Int32Array.from({ length: examples }, (_, e) => Math.floor(e / groupSize));
  const groupLiking = rankGroupSd > 0 ? ranks.map(() => draws(random, groups.at(-1)! + 1, rankGroupSd)) : [];
  const cells = ranks.map((rank) =>
    seedLuck.map((_, s) => ({
      rank,
      seed: s,
      correct: new Float64Array(examples),
      logLoss: new Float64Array(examples),
      ...(groupSize > 1 ? { groups } : {}),
    })),
  );
  for (let e = 0; e < examples; e++) {
    const difficulty = exampleSd * random.normal();
    for (let r = 0; r < ranks.length; r++) {
      const liking = rankExampleSd * random.normal() + (groupLiking[r]?.[groups[e]!] ?? 0);
      const typical = levels[r]! + difficulty + liking;
      for (let s = 0; s < seeds; s++) {
        const latent = typical + seedLuck[s]! + runLuck[r]![s]! + random.normal();
        const cell = cells[r]![s]!;
        cell.correct[e] = latent > 0 ? 1 : 0;
        cell.logLoss[e] = softplus(-latent);
      }
    }
  }
  return outcomeTable(cells.flat() as OutcomeCell[], [], examples);
}

/** True mean log losses, in nats, by quadrature over the latent distribution. */
export function simulatedLogLosses(world: SimulatedWorld): number[] {
  const sd = latentSd(world);
  const step = 0.01;
  return simulatedLevels(world).map((level) => {
    let sum = 0;
    for (let z = -9; z <= 9; z += step) sum += normalDensity(z) * softplus(-(level + sd * z)) * step;
    return sum;
  });
}

/** Levels at which P(level + latent noise > 0) = accuracy. */
function simulatedLevels(world: SimulatedWorld): number[] {
  const { ranks, accuracies } = world;
  if (accuracies.length !== ranks.length || accuracies.some((accuracy) => !(accuracy > 0 && accuracy < 1))) {
    throw new InputError(
      "E_WORLD",
      `accuracies must be one number between 0 and 1 for each of ${ranks.length} ranks, got [${accuracies.join(", ")}]`,
    );
  }
  const sd = latentSd(world);
  return accuracies.map((accuracy) => sd * normalQuantile(accuracy));
}

function latentSd(world: SimulatedWorld): number {
  const { exampleSd, rankExampleSd, seedSd, rankSeedSd, rankGroupSd } = { ...defaults, ...world };
  return Math.hypot(1, exampleSd, rankExampleSd, seedSd, rankSeedSd, rankGroupSd);
}

function draws(random: SeededRandom, count: number, sd: number): number[] {
  return Array.from({ length: count }, () => sd * random.normal());
}

/** ln(1 + e^x) without overflow. */
function softplus(x: number): number {
  return Math.max(0, x) + Math.log1p(Math.exp(-Math.abs(x)));
}
