import { type OutcomeTable, outcomeTable } from "../src/decide/outcomes.ts";
import type { ScoredRun } from "../src/decide/score-design.ts";
import { normalQuantile } from "../src/statistics/normal.ts";
import { randomStream, type SeededRandom } from "../src/statistics/random.ts";
import { ranks, worlds } from "./worlds.ts";

export interface Size {
  readonly seeds: number;
  readonly examples: number;
}

/** A pilot and how it goes on. Equal `sweep`: the same examples, and the same runs up to `pilotSeeds`. */
export interface Course {
  readonly sweep: number;
  readonly pilotSeeds: number;
  /** Number of a continuation: its later seeds are its own. */
  readonly continuation: number;
}

/** A world in which a pilot can be extended by seeds and by examples. */
export interface PilotWorld {
  readonly name: string;
  readonly margin: number;
  readonly draw: (accuracies: readonly number[], size: Size, course: Course) => OutcomeTable;
}

type Part = "luck" | "examples" | "outcomes";
const partOffset: Record<Part, number> = { luck: 1, examples: 2, outcomes: 3 };

function streamOf({ sweep, pilotSeeds, continuation }: Course, part: Part, seed = 0): SeededRandom {
  const own = seed < pilotSeeds ? 0 : continuation;
  return randomStream(((sweep * 4 + partOffset[part]) * 50 + own) * 5000 + seed);
}

/** Draws outcomes so that a smaller sweep of the same course is the beginning of a larger one. */
function drawNested(
  name: string,
  accuracies: readonly number[],
  { seeds, examples }: Size,
  course: Course,
): OutcomeTable {
  const world = worlds.find((one) => one.name === name)!;
  let current = streamOf(course, "examples");
  const ofExamples = current;
  const random = { uniform: () => current.uniform(), normal: () => current.normal() };
  const sweep = world.start(accuracies, random);
  for (let s = 0; s < seeds; s++) {
    current = streamOf(course, "luck", s);
    sweep.seed();
  }
  current = ofExamples;
  const streams = Array.from({ length: seeds }, (_, s) => streamOf(course, "outcomes", s));
  const cells = accuracies.flatMap((_, r) =>
    streams.map((_, seed) => ({ rank: ranks[r]!, seed, correct: new Float64Array(examples) })),
  );
  for (let e = 0; e < examples; e++) {
    sweep.example();
    for (let s = 0; s < seeds; s++) {
      const stream = streams[s]!;
      for (let r = 0; r < accuracies.length; r++)
        cells[r * seeds + s]!.correct[e] = stream.uniform() < sweep.probability(r, s) ? 1 : 0;
    }
  }
  return outcomeTable(cells, [], examples);
}

/** As the plain world, with log losses of models that give the truth the latent value as its logit. */
function drawLogLosses(
  accuracies: readonly number[],
  { seeds, examples }: Size,
  course: Course,
  rankSeedSd: number,
): OutcomeTable {
  const sd = Math.hypot(1, 2, 0.3, 0.1, rankSeedSd);
  const levels = accuracies.map((accuracy) => sd * normalQuantile(accuracy));
  const luck = Array.from({ length: seeds }, (_, s) => {
    const stream = streamOf(course, "luck", s);
    const shared = 0.1 * stream.normal();
    return accuracies.map(() => shared + rankSeedSd * stream.normal());
  });
  const ofExamples = streamOf(course, "examples");
  const streams = luck.map((_, s) => streamOf(course, "outcomes", s));
  const cells = accuracies.flatMap((_, r) =>
    streams.map((_, seed) => ({
      ...{ rank: ranks[r]!, seed },
      ...{ correct: new Float64Array(examples), logLoss: new Float64Array(examples) },
    })),
  );
  for (let e = 0; e < examples; e++) {
    const difficulty = 2 * ofExamples.normal();
    const liking = accuracies.map(() => 0.3 * ofExamples.normal());
    for (let s = 0; s < seeds; s++) {
      levels.forEach((level, r) => {
        const latent = level + difficulty + liking[r]! + luck[s]![r]! + streams[s]!.normal();
        const cell = cells[r * seeds + s]!;
        cell.correct[e] = latent > 0 ? 1 : 0;
        cell.logLoss[e] = Math.max(0, -latent) + Math.log1p(Math.exp(-Math.abs(latent)));
      });
    }
  }
  return outcomeTable(cells, [], examples);
}

/** Worlds of right and wrong, with a margin of one point. */
export const accuracyWorlds: readonly PilotWorld[] = [
  "plain",
  "quiet",
  "loud",
  "beta",
  "uneven",
  "one noisy",
].map((name) => ({
  name,
  margin: 0.01,
  draw: (accuracies, size, course) => drawNested(name, accuracies, size, course),
}));

/** Worlds of log losses, with the default margin of 0.02 nats. */
export const logLossWorlds: readonly PilotWorld[] = [
  ["log loss", 0.1],
  ["log loss, loud", 0.4],
].map(([name, sd]) => ({
  name: name as string,
  margin: 0.02,
  draw: (accuracies, size, course) => drawLogLosses(accuracies, size, course, sd as number),
}));

/** Runs known by their scores: the standard deviation of a run's own luck by rank, in the score's unit. */
export const scoreWorlds = [
  { name: "scores", sds: [0.01, 0.01, 0.01, 0.01], paired: true },
  { name: "scores without seeds", sds: [0.01, 0.01, 0.01, 0.01], paired: false },
  { name: "scores, one noisy", sds: [0.03, 0.01, 0.01, 0.01], paired: true },
  { name: "scores, last noisy", sds: [0.01, 0.01, 0.01, 0.03], paired: true },
] as const;

export type ScoreWorld = (typeof scoreWorlds)[number];

export function drawScores(
  { sds, paired }: ScoreWorld,
  accuracies: readonly number[],
  seeds: number,
  course: Course,
): ScoredRun[] {
  return Array.from({ length: seeds }, (_, seed) => {
    const stream = streamOf(course, "luck", seed);
    const shared = paired ? 0.01 * stream.normal() : 0;
    return accuracies.map((accuracy, r) => ({
      rank: ranks[r]!,
      ...(paired ? { seed } : {}),
      score: accuracy + shared + sds[r]! * stream.normal(),
    }));
  }).flat();
}
