import { type OutcomeCell, type OutcomeTable, outcomeTable } from "../src/decide/outcomes.ts";
import { simulateOutcomes } from "../src/decide/simulate.ts";
import type { RunScoreTable } from "../src/methods/grid/decide-scores.ts";
import { mean } from "../src/statistics/averages.ts";
import { randomStream, type SeededRandom } from "../src/statistics/random.ts";

export const ranks = [4, 8, 16, 32];

/** Data and training of a simulated sweep. */
export interface CopyWorld {
  readonly name: string;
  readonly examples: number;
  /** True accuracy, before labels are changed; the same for all ranks, or one a rank. */
  readonly accuracy: number | readonly number[];
  /** Share of the examples whose label is wrong, for all runs. */
  readonly wrongLabels?: number;
  /** Differences between runs, relative to those of usual training. */
  readonly noise?: number;
}

export const copyWorlds: readonly CopyWorld[] = [
  { name: "usual", examples: 872, accuracy: 0.93 },
  { name: "small", examples: 200, accuracy: 0.9 },
  { name: "large", examples: 5000, accuracy: 0.93 },
  { name: "easy", examples: 872, accuracy: 0.97 },
  { name: "hard", examples: 872, accuracy: 0.6 },
  { name: "wrong labels", examples: 872, accuracy: 0.93, wrongLabels: 0.2 },
  { name: "wrong labels, easy", examples: 872, accuracy: 0.97, wrongLabels: 0.2 },
  { name: "low rate", examples: 872, accuracy: 0.93, noise: 0.1 },
  { name: "tiny rate", examples: 872, accuracy: 0.93, noise: 0.01 },
  { name: "rising", examples: 872, accuracy: [0.6, 0.75, 0.88, 0.93] },
];

/** One sound sweep: equal `draw`, equal table. */
export function drawSound(world: CopyWorld, seeds: number, draw: number): OutcomeTable {
  const { examples, accuracy, wrongLabels = 0, noise = 1 } = world;
  const accuracies = typeof accuracy === "number" ? ranks.map(() => accuracy) : accuracy;
  const table = simulateOutcomes({ ranks, accuracies, seeds, examples, exampleSd: 2 / noise }, draw);
  const random = randomStream(draw + 0.5);
  const isWrong = Array.from({ length: examples }, () => random.uniform() < wrongLabels);
  const cells = table.cells.map((cell) => {
    const latents = Array.from(cell.logLoss!, (loss, e) => (isWrong[e] ? 1 : -1) * noise * logOf(loss));
    return withLatents(cell, latents);
  });
  return outcomeTable(cells, [], examples);
}

/** ln(e^x - 1): the logit of a log loss. */
function logOf(loss: number): number {
  return loss > 30 ? loss : Math.log(Math.expm1(loss));
}

function withLatents(cell: OutcomeCell, latents: readonly number[]): OutcomeCell {
  const logLoss = latents.map((one) => Math.max(0, -one) + Math.log1p(Math.exp(-Math.abs(one))));
  return { ...cell, correct: latents.map((one) => (one > 0 ? 1 : 0)), logLoss };
}

/** What is forgotten: runs that should differ repeat one run. */
export type Forgotten = "seed" | "rank" | "both" | "seed of one rank";

/** Run that stands in for the run of this rank and seed. */
function sourceOf(forgotten: Forgotten, { rank, seed }: OutcomeCell): { rank: number; seed: number } {
  const first = ranks[0]!;
  if (forgotten === "both") return { rank: first, seed: 0 };
  if (forgotten === "rank") return { rank: first, seed };
  return { rank, seed: forgotten === "seed" || rank === ranks[2] ? 0 : seed };
}

/** Noise of repeating one run, as another order of additions on a GPU gives it. */
export interface CopyNoise {
  readonly name: string;
  /** Largest change of a log loss. */
  readonly loss: number;
  /** Share of the examples that change sides. */
  readonly flips: number;
}

/** Copies of the table's runs with noise. */
export function withCopies(
  table: OutcomeTable,
  forgotten: Forgotten,
  { loss, flips }: CopyNoise,
  draw: number,
): OutcomeTable {
  const random = randomStream(draw + 0.25);
  const cells = table.cells.map((cell) => {
    const source = sourceOf(forgotten, cell);
    const copied = table.cells.find(({ rank, seed }) => rank === source.rank && seed === source.seed)!;
    return { ...noisy(copied, loss, flips, random), rank: cell.rank, seed: cell.seed };
  });
  return outcomeTable(cells, [], table.examples);
}

function noisy(cell: OutcomeCell, loss: number, flips: number, random: SeededRandom): OutcomeCell {
  const correct = Array.from(cell.correct);
  const logLoss = Array.from(cell.logLoss!, (one, e) => {
    const near = Math.max(0, one + loss * (2 * random.uniform() - 1));
    if (random.uniform() >= flips) return near;
    correct[e] = 1 - correct[e]!;
    return Math.max(0, -Math.log(-Math.expm1(-Math.max(1e-12, one))));
  });
  return { ...cell, correct, logLoss };
}

export function withoutLogLoss(table: OutcomeTable): OutcomeTable {
  return outcomeTable(
    table.cells.map(({ logLoss: _, ...cell }) => cell),
    [],
    table.examples,
  );
}

/** Accuracies of the runs, each changed by up to `noise`. */
export function scoresOf({ cells }: OutcomeTable, noise: number, draw: number): RunScoreTable {
  const random = randomStream(draw + 0.75);
  const runs = cells.map(({ rank, seed, correct }) => {
    const score = mean(correct) + noise * (2 * random.uniform() - 1);
    return { rank, seed, score: Math.min(1, Math.max(0, score)) };
  });
  return { runs };
}
