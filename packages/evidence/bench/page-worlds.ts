import { type OutcomeCell, type OutcomeTable, outcomeTable } from "../src/decide/outcomes.ts";
import { mean } from "../src/statistics/averages.ts";
import { normalCdf, normalQuantile } from "../src/statistics/normal.ts";
import { randomStream, type SeededRandom } from "../src/statistics/random.ts";
import { ranks } from "./worlds.ts";

export const pageSeeds = [3, 5, 10];
export const pageExamples = 872;

/** Number of a sweep's random stream. */
export const pageDraw = (seeds: number, sweep: number): number => 48_000_000 + 100_000 * seeds + sweep;

/** Effects of runs on the latent scale, `[rank][seed]`. NaN: the run learnt nothing and answers by chance. */
export type RunEffects = readonly (readonly number[])[];

export interface PageWorld {
  readonly name: string;
  readonly what: string;
  readonly effects: (seeds: number, random: SeededRandom) => RunEffects;
  /** Examples that share a source, whose effect is by rank. Absent: examples are independent. */
  readonly examplesOfSource?: number;
  /** Runs are known by their scores alone. */
  readonly isScores?: boolean;
  /** Share of the outcomes in which a run repeats seed 0 of its rank. */
  readonly repeats?: number;
  /** A rank's worst seed is left out of the table. */
  readonly dropsWorst?: boolean;
  /** Share of the smallest rank's runs that learn; the others answer by chance. */
  readonly healthyShare?: number;
  /** Variance of the effects of each rank's runs, where ranks differ in it. */
  readonly variances?: readonly number[];
  /** The effects favour some ranks, and say nothing of how good they are. */
  readonly isArtefact?: boolean;
}

const usual = 0.1;
const exampleSd = 2;
const rankExampleSd = 0.3;
const sourceSd = 0.5;
const spread = Math.sqrt(1 + exampleSd ** 2 + rankExampleSd ** 2);

const ofEach = (seeds: number, effect: (rank: number, seed: number) => number): RunEffects =>
  ranks.map((_, r) => Array.from({ length: seeds }, (_, s) => effect(r, s)));

/** Student's t with three degrees of freedom, scaled to a variance of 1. */
function heavy(random: SeededRandom): number {
  const squares = random.normal() ** 2 + random.normal() ** 2 + random.normal() ** 2;
  return random.normal() / Math.sqrt(squares);
}

/** Effects in which each run keeps `share` of that of the run before it, of stationary deviation `sd`. */
function autoregressive(count: number, share: number, sd: number, random: SeededRandom): number[] {
  const effects: number[] = [];
  for (let i = 0; i < count; i++) {
    const fresh = sd * random.normal();
    effects.push(i === 0 ? fresh : share * effects[i - 1]! + Math.sqrt(1 - share ** 2) * fresh);
  }
  return effects;
}

export const pageWorlds: readonly PageWorld[] = [
  {
    name: "plain",
    what: "independent runs, standard deviation 0.9 points",
    effects: (seeds, random) => ofEach(seeds, () => usual * random.normal()),
  },
  {
    name: "drifting",
    what: "rank after rank, the machine's runs get better by 2.7 points from the first to the last",
    effects: (seeds, random) =>
      ofEach(
        seeds,
        (r, s) =>
          usual * random.normal() + 0.3 * ((r * seeds + s) / Math.max(1, ranks.length * seeds - 1) - 0.5),
      ),
    isArtefact: true,
  },
  {
    name: "heteroscedastic",
    what: "runs of the four ranks vary by 3.6, 1.8, 0.9 and 0 points",
    effects: (seeds, random) => ofEach(seeds, (r) => [0.4, 0.2, 0.1, 0][r]! * random.normal()),
    variances: [0.16, 0.04, 0.01, 0],
  },
  {
    name: "heavy tails",
    what: "effects of runs from Student's t with three degrees of freedom",
    effects: (seeds, random) => ofEach(seeds, () => usual * heavy(random)),
  },
  {
    name: "scores",
    what: "one score a run, no outcomes of examples",
    effects: (seeds, random) => ofEach(seeds, () => usual * random.normal()),
    isScores: true,
  },
  {
    name: "outliers",
    what: "one run in twenty is 9 points worse, at any rank",
    effects: (seeds, random) =>
      ofEach(seeds, () => usual * random.normal() - (random.uniform() < 0.05 ? 0.8 : 0)),
  },
  {
    name: "collapse",
    what: "the smallest rank learns nothing under one seed in ten",
    effects: (seeds, random) =>
      ofEach(seeds, (r) => (r === 0 && random.uniform() < 0.1 ? Number.NaN : usual * random.normal())),
    healthyShare: 0.9,
  },
  {
    name: "autocorrelated",
    what: "each run of a rank starts from its last one: correlation 0.8",
    effects: (seeds, random) => ranks.map(() => autoregressive(seeds, 0.8, usual, random)),
  },
  {
    name: "hidden groups",
    what: "30 examples share a document, whose effect is by rank; no column names it",
    effects: (seeds, random) => ofEach(seeds, () => usual * random.normal()),
    examplesOfSource: 30,
  },
  {
    name: "copies",
    what: "all seeds of a rank repeat its first run but for 0.2 % of the answers",
    effects: (seeds, random) => ofEach(seeds, () => usual * random.normal()),
    repeats: 0.998,
  },
  {
    name: "dropped seeds",
    what: "the worst run of the two larger ranks is left out of the table",
    effects: (seeds, random) => ofEach(seeds, () => usual * random.normal()),
    dropsWorst: true,
  },
];

/** Latent level of each rank: rank 4 is right in `gap` less than the others, of which 0.85 is right. */
function levelsOf(world: PageWorld, gap: number): number[] {
  return ranks.map((_, r) => {
    const accuracy = 0.85 - (r === 0 ? gap : 0);
    const share = r === 0 ? (world.healthyShare ?? 1) : 1;
    const sd = Math.sqrt(spread ** 2 + (world.variances?.[r] ?? 0));
    return sd * normalQuantile((accuracy - 0.5 * (1 - share)) / share);
  });
}

/** True shortfall of rank 4, as an accuracy: by 20,000 sweeps' effects where no formula gives it. */
export function trueShortfall(world: PageWorld, gap: number): number {
  if (gap === 0 || world.isArtefact) return gap;
  const levels = levelsOf(world, gap);
  const random = randomStream(48);
  const draws = 20_000;
  let sum = 0;
  for (let i = 0; i < draws; i++) {
    const accuracies = world
      .effects(1, random)
      .map(([effect], r) => (Number.isNaN(effect) ? 0.5 : normalCdf((levels[r]! + effect!) / spread)));
    sum += mean(accuracies.slice(1)) - accuracies[0]!;
  }
  return sum / draws;
}

/** Outcomes of one sweep; equal `draw`, equal table. Rank 4 is worse than the others by `gap`, as an accuracy. */
export function drawPageTable(
  world: PageWorld,
  gap: number,
  design: { readonly seeds: number; readonly examples: number },
  draw: number,
): OutcomeTable {
  const random = randomStream(draw);
  const { seeds, examples } = design;
  const levels = levelsOf(world, gap);
  const effects = world.effects(seeds, random);
  const cells = ranks.flatMap((rank) =>
    Array.from({ length: seeds }, (_, seed) => ({ rank, seed, correct: new Float64Array(examples) })),
  );
  let ofSource: number[] = [];
  const bySource = world.examplesOfSource;
  for (let e = 0; e < examples; e++) {
    if (bySource !== undefined && e % bySource === 0) ofSource = ranks.map(() => sourceSd * random.normal());
    const difficulty = exampleSd * random.normal();
    for (const r of ranks.keys()) {
      const typical = levels[r]! + difficulty + rankExampleSd * random.normal() + (ofSource[r] ?? 0);
      for (let s = 0; s < seeds; s++) {
        const effect = effects[r]![s]!;
        const latent = typical + effect + random.normal();
        const own = cells[r * seeds + s]!.correct;
        const first = cells[r * seeds]!.correct[e]!;
        const isRight = Number.isNaN(effect) ? random.uniform() < 0.5 : latent > 0;
        const isRepeat = s > 0 && world.repeats !== undefined && random.uniform() < world.repeats;
        own[e] = isRepeat ? first : isRight ? 1 : 0;
      }
    }
  }
  return outcomeTable(world.dropsWorst ? withoutWorst(cells) : cells, [], examples);
}

/** The cells without the worst run of each of the two larger ranks. */
function withoutWorst(cells: readonly OutcomeCell[]): OutcomeCell[] {
  const dropped = ranks.slice(2).map((rank) => {
    const own = cells.filter((cell) => cell.rank === rank);
    return own.reduce((worst, cell) => (mean(cell.correct) < mean(worst.correct) ? cell : worst));
  });
  return cells.filter((cell) => !dropped.includes(cell));
}
