import { type OutcomeTable, outcomeTable } from "../src/decide/outcomes.ts";
import { normalCdf, normalQuantile } from "../src/statistics/normal.ts";
import { randomStream, type SeededRandom } from "../src/statistics/random.ts";

/** How outcomes come about; the true accuracy of each rank is exact in all of them. */
export interface World {
  readonly name: string;
  readonly what: string;
  /** Probability that a rank gets an example right under a seed: called in the order seeds, then examples. */
  readonly start: (accuracies: readonly number[], random: SeededRandom) => Sweep;
}

interface Sweep {
  /** Draws the luck of a seed for every rank. */
  readonly seed: () => void;
  /** Draws an example. */
  readonly example: () => void;
  readonly probability: (rank: number, seed: number) => number;
}

const tableStep = 1 / 512;
const cdfTable = Float64Array.from({ length: 16 / tableStep + 2 }, (_, i) => normalCdf(i * tableStep - 8));

function cdf(z: number): number {
  if (z <= -8) return 0;
  if (z >= 8) return 1;
  const place = (z + 8) / tableStep;
  const low = Math.floor(place);
  return cdfTable[low]! + (place - low) * (cdfTable[low + 1]! - cdfTable[low]!);
}

interface Latent {
  readonly rankExampleSd: number;
  /** By rank. */
  readonly rankSeedSds: readonly number[];
  /** Probability that the first rank's run learns nothing and gets half of the examples right. */
  readonly collapse?: number;
}

/** `simulateOutcomes`'s world: latent normal terms of example, rank on example, seed and run. Examples' sd 2. */
function latent({ rankExampleSd, rankSeedSds, collapse = 0 }: Latent): World["start"] {
  return (accuracies, random) => {
    const levels = accuracies.map((accuracy, r) => {
      const sd = Math.sqrt(1 + 4 + rankExampleSd ** 2 + 0.01 + rankSeedSds[r]! ** 2);
      const healthy = r === 0 ? (accuracy - 0.5 * collapse) / (1 - collapse) : accuracy;
      return sd * normalQuantile(healthy);
    });
    const luck: number[][] = accuracies.map(() => []);
    const typical = new Float64Array(levels.length);
    return {
      seed() {
        const shared = 0.1 * random.normal();
        luck.forEach((own, r) => {
          const fails = r === 0 && random.uniform() < collapse;
          own.push(fails ? Number.NaN : shared + rankSeedSds[r]! * random.normal());
        });
      },
      example() {
        const difficulty = 2 * random.normal();
        for (let r = 0; r < typical.length; r++)
          typical[r] = levels[r]! + difficulty + rankExampleSd * random.normal();
      },
      probability(rank, seed) {
        const own = luck[rank]![seed]!;
        return Number.isNaN(own) ? 0.5 : cdf(typical[rank]! + own);
      },
    };
  };
}

/**
 * Each example is missed with a probability of its own, Beta(0.5, 1); ranks scale it, runs scale it by up to 12 % either
 * way (uniform). No latent variable, nothing normal.
 */
const betaBinomial: World["start"] = (accuracies, random) => {
  const spread = 0.12;
  const worst = Math.max(...accuracies.map((accuracy) => 1 - accuracy));
  const luck: number[][] = accuracies.map(() => []);
  let missed = 0;
  // Beta(a, b) of mean m by a power of a uniform: u^(1/a) is Beta(a, 1), whose mean is a / (a + 1).
  const top = worst * (1 + spread);
  const exponent = (1 - top) / top;
  return {
    seed() {
      for (const own of luck) own.push(1 + spread * (2 * random.uniform() - 1));
    },
    example() {
      missed = random.uniform() ** exponent;
    },
    probability(rank, seed) {
      // E missed = 1 / (1 + exponent) = top.
      return 1 - missed * (((1 - accuracies[rank]!) * luck[rank]![seed]!) / top);
    },
  };
};

const same = (sd: number): number[] => Array.from({ length: 8 }, () => sd);

export const worlds: readonly World[] = [
  {
    name: "plain",
    what: "run noise 0.1: 0.9 points of accuracy",
    start: latent({ rankExampleSd: 0.3, rankSeedSds: same(0.1) }),
  },
  {
    name: "quiet",
    what: "runs differ by the noise of single outcomes alone",
    start: latent({ rankExampleSd: 0.3, rankSeedSds: same(0) }),
  },
  {
    name: "loud",
    what: "run noise 0.4: 4 points of accuracy",
    start: latent({ rankExampleSd: 0.3, rankSeedSds: same(0.4) }),
  },
  {
    name: "beta",
    what: "examples' difficulty from a Beta distribution, uniform run noise",
    start: betaBinomial,
  },
  {
    name: "uneven",
    what: "run noise 0.4, 0.2, 0.1 and 0 of the ranks in order",
    start: latent({ rankExampleSd: 0.3, rankSeedSds: [0.4, 0.2, 0.1, 0, 0, 0, 0, 0] }),
  },
  {
    name: "one noisy",
    what: "run noise 0.4 of the smallest rank, none of the others",
    start: latent({ rankExampleSd: 0.3, rankSeedSds: [0.4, 0, 0, 0, 0, 0, 0, 0] }),
  },
  {
    name: "collapse",
    what: "the smallest rank learns nothing under one seed in ten",
    start: latent({ rankExampleSd: 0.3, rankSeedSds: same(0.1), collapse: 0.1 }),
  },
];

export interface Truth {
  readonly name: string;
  readonly accuracies: readonly number[];
}

export const ranks = [4, 8, 16, 32];

export const truths: readonly Truth[] = [
  { name: "equal", accuracies: [0.85, 0.85, 0.85, 0.85] },
  { name: "gap 1", accuracies: [0.84, 0.85, 0.85, 0.85] },
  { name: "gap 1.5", accuracies: [0.835, 0.85, 0.85, 0.85] },
  { name: "gap 2", accuracies: [0.83, 0.85, 0.85, 0.85] },
  { name: "gap 3", accuracies: [0.82, 0.85, 0.85, 0.85] },
  { name: "rising", accuracies: [0.78, 0.81, 0.83, 0.85] },
];

/** One sweep's outcomes; equal `seed`, equal table. */
export function drawTable(
  world: World,
  accuracies: readonly number[],
  design: { readonly seeds: number; readonly examples: number },
  seed: number,
): OutcomeTable {
  const random = randomStream(seed);
  const sweep = world.start(accuracies, random);
  for (let s = 0; s < design.seeds; s++) sweep.seed();
  const cells = accuracies.flatMap((_, r) =>
    Array.from({ length: design.seeds }, (_, s) => ({
      rank: ranks[r]!,
      seed: s,
      correct: new Float64Array(design.examples),
    })),
  );
  for (let e = 0; e < design.examples; e++) {
    sweep.example();
    for (let r = 0, cell = 0; r < accuracies.length; r++) {
      for (let s = 0; s < design.seeds; s++, cell++) {
        cells[cell]!.correct[e] = random.uniform() < sweep.probability(r, s) ? 1 : 0;
      }
    }
  }
  return outcomeTable(cells, [], design.examples);
}
