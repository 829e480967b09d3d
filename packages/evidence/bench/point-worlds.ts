/** Worlds of the points study: sweeps with evaluations on the way, whose true scores are known. */
import { pointsOnExamples } from "../src/checks/points/on-examples.ts";
import type { DecisionFacts } from "../src/schema/decision-facts.ts";
import { bestStep } from "../src/schema/halves.ts";
import { metrics } from "../src/schema/metric.ts";
import type { PointsFinding, TrialPoint, TrialResult } from "../src/schema/types.ts";
import { normalCdf, normalQuantile } from "../src/statistics/normal.ts";
import { randomStream } from "../src/statistics/random.ts";

/** True accuracy along the training: from its share of the steps, 0 to 1. */
export const curves: Readonly<Record<string, (share: number) => number>> = {
  flat: () => 0.8,
  rising: (share) => 0.7 + 0.1 * share,
  overfitting: (share) => 0.8 - (0.08 * (share - 0.4) ** 2) / 0.36,
};

export interface PointWorld {
  readonly curve: keyof typeof curves;
  /** Evaluations on the way, beside the last. */
  readonly points: number;
  readonly examples: number;
  readonly seeds: number;
  /**
   * Noise of a run at a single step, on all examples alike, in the latent value; 0.1 moves accuracy by about a point,
   * as much as another seed does.
   */
  readonly stepSd: number;
  /** Noise at a step that all ranks of a seed share, which see the same batches. */
  readonly seedStepSd: number;
}

export const ranks = [2, 8, 32, 128];

/** Advantage of each rank in true accuracy. */
const advantages = [-0.02, -0.005, 0.005, 0.02];

export const stride = 50;

/** Standard deviations of the latent value's parts, as in `simulateOutcomes`, and of a rank's liking at a step. */
const sds = { example: 2, liking: 0.3, likingAtStep: 0.2, seed: 0.1, run: 0.1, persistent: 0.8, fresh: 0.6 };

/** Standard deviation of what an example adds, given a run. */
const ofExample = Math.hypot(sds.example, sds.liking, sds.likingAtStep, sds.persistent, sds.fresh);

export interface SimulatedPoints {
  readonly trials: readonly TrialResult[];
  /** True accuracy after a step on all possible examples: the mean over these runs. */
  readonly ofTheseRuns: (step: number) => number;
  /** True accuracy after a step over all possible examples and seeds: the mean over the ranks. */
  readonly ofNewSeeds: (step: number) => number;
  readonly lastStep: number;
}

/** Draws a sweep of four ranks; deterministic in `draw`. */
export function simulatePoints(world: PointWorld, draw: number): SimulatedPoints {
  const { curve, points, examples, seeds, stepSd, seedStepSd } = world;
  const random = randomStream(draw);
  const draws = (count: number, sd: number): number[] =>
    Array.from({ length: count }, () => sd * random.normal());
  const lastStep = stride * (points + 1);
  const steps = Array.from({ length: points + 1 }, (_, i) => stride * (i + 1));
  const spread = Math.hypot(ofExample, sds.seed, sds.run, stepSd, seedStepSd);
  const levelOf = (rank: number, step: number): number =>
    spread * normalQuantile(curves[curve]!(step / lastStep) + advantages[rank]!);
  const difficulty = draws(examples, sds.example);
  const seedLuck = draws(seeds, sds.seed);
  const seedLuckAt = seedLuck.map(() => draws(steps.length, seedStepSd));
  const sumsOfRuns = new Map(steps.map((step) => [step, 0]));
  const trials = ranks.flatMap((rank, r) => {
    const liking = draws(examples, sds.liking);
    const likingAt = steps.map(() => draws(examples, sds.likingAtStep));
    return seedLuck.map((luck, seed): TrialResult => {
      const own = luck + sds.run * random.normal();
      const atSteps = draws(steps.length, stepSd);
      const persistent = draws(examples, sds.persistent);
      const evaluated = steps.map((step, i): TrialPoint => {
        const level = levelOf(r, step) + own + atSteps[i]! + seedLuckAt[seed]![i]!;
        sumsOfRuns.set(step, sumsOfRuns.get(step)! + normalCdf(level / ofExample));
        const correct = difficulty.map((difficult, e) => {
          const latent =
            level + difficult + liking[e]! + likingAt[i]![e]! + persistent[e]! + sds.fresh * random.normal();
          return latent > 0 ? 1 : 0;
        });
        return { step, evaluation: { correct } as never };
      });
      return {
        trialId: `${rank}-${seed}`,
        spec: { seed, lora: { rank }, optimizer: {}, base: {}, data: {}, task: {} } as never,
        ...{ status: "completed", steps: lastStep, lossCurve: [], measured: {} as never },
        evaluation: evaluated.at(-1)!.evaluation,
        points: evaluated.slice(0, -1),
      };
    });
  });
  return {
    trials,
    lastStep,
    ofTheseRuns: (step) => sumsOfRuns.get(step)! / trials.length,
    ofNewSeeds: (step) =>
      ranks.reduce((sum, _, r) => sum + normalCdf(levelOf(r, step) / spread), 0) / ranks.length,
  };
}

/** Finding of a sweep at 95 % confidence. */
export function findPoints({ trials }: Pick<SimulatedPoints, "trials">): PointsFinding {
  const decided = { metric: "accuracy", confidence: 0.95, ranks: ranks.map((rank) => ({ rank })) };
  return pointsOnExamples(decided as unknown as DecisionFacts, { trials, otherRates: [] })!;
}

/** What a sweep tells at its chosen step against the truth, in accuracy. Errors are positive where too much is told. */
export interface ToldPoint {
  readonly step: number;
  /** Error of the told score less that of the last, whose mean is 0, so that the examples' difficulty cancels. */
  readonly ofTheseRuns: number;
  readonly ofNewSeeds: number;
  /** The same for a rule that chooses and scores on all examples. */
  readonly naiveOfTheseRuns: number;
  readonly naiveOfNewSeeds: number;
  /** True gain over the last step, for these runs and for new seeds. */
  readonly gainOfTheseRuns: number;
  readonly gainOfNewSeeds: number;
  readonly interval?: readonly [number, number] | undefined;
}

export function toldPoint(world: PointWorld, draw: number): ToldPoint {
  const sweep = simulatePoints(world, draw);
  const found = findPoints(sweep);
  const { step, lastStep, gain } = found;
  const curve = found.ranks[0]!.curve.map((point, i) => ({
    step: point.step,
    score: found.ranks.reduce((sum, rank) => sum + rank.curve[i]!.score, 0) / found.ranks.length,
  }));
  const scoreAt = (at: number): number => curve.find((point) => point.step === at)!.score;
  const naive = bestStep(curve, metrics.accuracy)!;
  const naiveGain = scoreAt(naive) - scoreAt(lastStep);
  const { ofTheseRuns, ofNewSeeds } = sweep;
  const gainOfTheseRuns = ofTheseRuns(step) - ofTheseRuns(lastStep);
  const gainOfNewSeeds = ofNewSeeds(step) - ofNewSeeds(lastStep);
  return {
    step,
    ofTheseRuns: gain - gainOfTheseRuns,
    ofNewSeeds: gain - gainOfNewSeeds,
    naiveOfTheseRuns: naiveGain - (ofTheseRuns(naive) - ofTheseRuns(lastStep)),
    naiveOfNewSeeds: naiveGain - (ofNewSeeds(naive) - ofNewSeeds(lastStep)),
    ...{ gainOfTheseRuns, gainOfNewSeeds, interval: found.gainInterval },
  };
}
