import { type OutcomeCell, type OutcomeTable, outcomeTable } from "../src/decide/outcomes.ts";
import type { SetMetricName } from "../src/schema/set-metrics.ts";
import { normalCdf, normalDensity, normalQuantile } from "../src/statistics/normal.ts";
import { randomStream } from "../src/statistics/random.ts";

/**
 * A world of two classes. A run gives an example the score
 *
 *     separation(rank) y + difficulty(example) + liking(rank, example) + noise,
 *
 * y 1 for positives, else 0, and predicts class 1 above a cut. The score less the cut is its logit of class 1. Seeds and runs move
 * the separation and the cut. Standard deviations are in units of one run's noise on one example.
 */
export interface ClassWorld {
  /** Share of positives. */
  readonly share: number;
  /** Separation of the classes by rank. */
  readonly separations: readonly number[];
  readonly seeds: number;
  readonly examples: number;
  /** Luck of a run's cut. */
  readonly cutSd: number;
}

const sds = { example: 1.5, liking: 0.4, noise: 1 };
const sd = Math.hypot(...Object.values(sds));
/** Luck in the separation: of a seed under all ranks, and of a run. */
const luck = { seed: 0.1, run: 0.1 };

/** Cut at which a rank with the mean separation predicts as many positives as there are. */
function cutOf({ share, separations }: ClassWorld): number {
  const separation = separations.reduce((sum, one) => sum + one / separations.length, 0);
  let [low, high] = [-20, 20];
  for (let i = 0; i < 60; i++) {
    const cut = (low + high) / 2;
    const predicted = share * normalCdf((separation - cut) / sd) + (1 - share) * normalCdf(-cut / sd);
    if (predicted > share) low = cut;
    else high = cut;
  }
  return low;
}

/** Log loss of an example whose truth has this logit, in nats. */
const lossAt = (logit: number): number => Math.max(0, -logit) + Math.log1p(Math.exp(-Math.abs(logit)));

/** Mean log loss of a class whose truths have this mean logit, by the trapezoidal rule over 8 standard deviations. */
function meanLoss(logit: number): number {
  const step = 0.05;
  let sum = 0;
  for (let i = -160; i <= 160; i++) sum += step * normalDensity(i * step) * lossAt(logit + sd * i * step);
  return sum;
}

/** Metric of a run over all possible examples. */
function metricOfRun(metric: SetMetricName, share: number, separation: number, cut: number): number {
  if (metric === "auroc") return normalCdf(separation / (sd * Math.SQRT2));
  const hit = share * normalCdf((separation - cut) / sd);
  const predicted = hit + (1 - share) * normalCdf(-cut / sd);
  const f1 = (2 * hit) / (predicted + share);
  if (metric === "f1") return f1;
  const right = 1 - predicted - share + hit;
  // The classes as tasks of unequal size: the mean of their accuracies.
  if (metric === "task-mean") return (hit / share + right / (1 - share)) / 2;
  if (metric === "task-log-loss") return (meanLoss(separation - cut) + meanLoss(cut)) / 2;
  if (metric === "macro-f1") return (f1 + (2 * right) / (2 - predicted - share)) / 2;
  return (hit - predicted * share) / Math.sqrt(predicted * (1 - predicted) * share * (1 - share));
}

/** True value of a rank: the mean over the luck of its runs. */
export function trueValue(world: ClassWorld, rank: number, metric: SetMetricName): number {
  const steps = 24;
  const cut = cutOf(world);
  const nodes = Array.from({ length: steps }, (_, i) => normalQuantile((i + 0.5) / steps));
  const values = nodes.flatMap((a) =>
    nodes.map((b) =>
      metricOfRun(
        metric,
        world.share,
        world.separations[rank]! + a * Math.hypot(luck.seed, luck.run),
        cut + b * world.cutSd,
      ),
    ),
  );
  return values.reduce((sum, value) => sum + value / values.length, 0);
}

/** Separation at which a rank has this true value, with the cut of `world`'s ranks. */
export function separationFor(world: ClassWorld, metric: SetMetricName, value: number): number {
  let [low, high] = [0, 20];
  for (let i = 0; i < 40; i++) {
    const separation = (low + high) / 2;
    if (trueValue({ ...world, separations: [separation] }, 0, metric) < value) low = separation;
    else high = separation;
  }
  return low;
}

export function classOutcomes(world: ClassWorld, draw: number): OutcomeTable {
  const { share, separations, seeds, examples, cutSd } = world;
  const { normal, uniform } = randomStream(draw);
  const cut = cutOf(world);
  const truth = Uint8Array.from({ length: examples }, () => (uniform() < share ? 1 : 0));
  const difficulty = Float64Array.from(truth, () => sds.example * normal());
  const seedLuck = Array.from({ length: seeds }, () => luck.seed * normal());
  const cells = separations.flatMap((separation, rank) => {
    const liking = Float64Array.from(truth, () => sds.liking * normal());
    return seedLuck.map((ofSeed, seed): OutcomeCell => {
      const own = separation + ofSeed + luck.run * normal();
      const ownCut = cut + cutSd * normal();
      const scores = Float64Array.from(truth, (y, e) => own * y + difficulty[e]! + liking[e]! + normal());
      const prediction = Uint8Array.from(scores, (score) => (score > ownCut ? 1 : 0));
      const correct = prediction.map((one, e) => (one === truth[e] ? 1 : 0));
      const logLoss = scores.map((score, e) => lossAt(truth[e] === 1 ? score - ownCut : ownCut - score));
      return { rank: 2 ** rank, seed, correct, prediction, positiveScore: scores, logLoss, truth };
    });
  });
  return outcomeTable(cells, [], examples);
}
