import { mean, median } from "../src/statistics/averages.ts";
import { normalDensity } from "../src/statistics/normal.ts";
import { type PublishedCell, splitsOf } from "./published-runs.ts";

type Sweep = Pick<PublishedCell, "ranks" | "scores">;

/**
 * A model of one sweep. True means of the ranks: a curve common to all sweeps plus a Gaussian process over log2 rank. A
 * run: its rank's mean plus normal noise, or with the probability `collapse` any score from 0 to 1.
 */
export interface SmoothedModel {
  /** Mean of each rank less that of all, on other tasks. */
  readonly curve: readonly number[];
  /** Part of the curve that is believed. */
  readonly curveShare: number;
  /** Standard deviation of the process, and the doublings over which it is alike. */
  readonly sd: number;
  readonly doublings: number;
  readonly collapse: number;
  /** Score that a doubling of the rank must gain. */
  readonly price: number;
}

const sds = [0.003, 0.006, 0.012, 0.024, 0.048];
const lengths = [0.5, 1, 2, 4];
const collapses = [0, 0.03];
const shares = [0, 0.5, 1];
const prices = [0, 0.0005, 0.001, 0.0015, 0.002, 0.003];

/** For each task the model with the least regret on the other tasks: of all, and of those with no larger ranks than the best means. */
export function smoothedModels(cells: readonly PublishedCell[]) {
  return new Map(
    [...new Set(cells.map(({ task }) => task))].map((task) => {
      const others = cells.filter((cell) => cell.task !== task);
      const curve = curveOf(others);
      const models = sds.flatMap((sd) =>
        lengths.flatMap((doublings) =>
          collapses.flatMap((collapse) =>
            shares.flatMap((curveShare) =>
              prices.map((price) => ({ curve, curveShare, sd, doublings, collapse, price })),
            ),
          ),
        ),
      );
      const limit = judgedOn(others, bestMean).log;
      const found = models
        .map((model) => ({ model, ...judgedOn(others, (sweep) => smoothedChoice(sweep, model)) }))
        .sort((a, b) => a.regret - b.regret);
      const atAnyRank = found[0]!.model;
      const atNoLargerRank = found.find(({ log }) => log <= limit)!.model;
      return [task, { atAnyRank, atNoLargerRank }] as const;
    }),
  );
}

/** Medians over the seeds, less their mean over the ranks, averaged over the cells. */
function curveOf(cells: readonly PublishedCell[]): number[] {
  const centred = cells.map(({ scores }) => {
    const levels = scores.map(median);
    return levels.map((level) => level - mean(levels));
  });
  return centred[0]!.map((_, r) => mean(centred.map((row) => row[r]!)));
}

/** Mean regret of a choice on three seeds, by two others, and mean log2 of its ranks. */
function judgedOn(cells: readonly PublishedCell[], choose: (sweep: Sweep) => number) {
  const found = cells.flatMap(({ ranks, scores }) =>
    splitsOf(scores[0]!.length, 3).map(({ chosen, left }) => {
      const held = scores.map((row) => mean(left.map((seed) => row[seed]!)));
      const rank = choose({ ranks, scores: scores.map((row) => chosen.map((seed) => row[seed]!)) });
      return { regret: Math.max(...held) - held[ranks.indexOf(rank)]!, log: Math.log2(rank) };
    }),
  );
  return { regret: mean(found.map(({ regret }) => regret)), log: mean(found.map(({ log }) => log)) };
}

function bestMean({ ranks, scores }: Sweep): number {
  const means = scores.map(mean);
  return ranks[means.indexOf(Math.max(...means))]!;
}

/** Chooses the rank with the best expected score, collapses included. */
export function smoothedChoice({ ranks, scores }: Sweep, model: SmoothedModel): number {
  const values = expectedScores({ ranks, scores }, model).map(
    (score, r) => score - model.price * Math.log2(ranks[r]!),
  );
  return ranks[values.indexOf(Math.max(...values))]!;
}

/** Rounds of reweighting: runs are judged by the means that they give, and the means by the runs that count. */
const rounds = 3;

function expectedScores({ ranks, scores }: Sweep, model: SmoothedModel): number[] {
  const { curve, curveShare, sd, doublings, collapse } = model;
  const noise = noiseOf(scores);
  const places = ranks.map((rank) => Math.log2(rank));
  const kernel = places.map((a) => places.map((b) => sd ** 2 * Math.exp(-0.5 * ((a - b) / doublings) ** 2)));
  let means = scores.map(median);
  let weights: number[][] = [];
  for (let round = 0; round < rounds; round++) {
    weights = scores.map((row, r) => row.map((score) => countsBy(score - means[r]!, noise, collapse)));
    const counts = weights.map((row) => row.reduce((sum, one) => sum + one, 0));
    const levels = scores.map((row, r) =>
      counts[r]! > 0 ? row.reduce((sum, score, s) => sum + score * weights[r]![s]!, 0) / counts[r]! : 0,
    );
    means = posteriorMeans({ levels, counts, noise, kernel, prior: curve.map((one) => curveShare * one) });
  }
  return means.map((level, r) => {
    const own = weights[r]!;
    const collapsed = own.reduce((sum, weight) => sum + 1 - weight, 0);
    const risk = (collapsed + collapse) / (own.length + 1);
    return level - risk * (level - Math.min(...scores.flat()));
  });
}

/** Probability that a run did not collapse. */
function countsBy(rest: number, noise: number, collapse: number): number {
  const likely = ((1 - collapse) * normalDensity(rest / noise)) / noise;
  return collapse === 0 ? 1 : likely / (likely + collapse);
}

/** Standard deviation between seeds, from the middle of the absolute distances from each rank's median. */
function noiseOf(scores: readonly (readonly number[])[]): number {
  const distances = scores.flatMap((row) =>
    row
      .map((score) => Math.abs(score - median(row)))
      .toSorted((a, b) => a - b)
      .slice(1),
  );
  return Math.max(0.002, 1.1 * median(distances));
}

interface Levels {
  readonly levels: readonly number[];
  readonly counts: readonly number[];
  readonly noise: number;
  readonly kernel: readonly (readonly number[])[];
  readonly prior: readonly number[];
}

/** Posterior means around a common level with a flat prior, which a large variance stands for. */
function posteriorMeans({ levels, counts, noise, kernel, prior }: Levels): number[] {
  const flat = 1;
  const covariance = kernel.map((row) => row.map((one) => one + flat));
  const centre = mean(levels);
  const matrix = covariance.map((row, i) =>
    row.map((one, j) => one + (i === j ? noise ** 2 / Math.max(1e-6, counts[i]!) : 0)),
  );
  const rests = levels.map((level, r) => level - centre - prior[r]!);
  const solution = solve(matrix, rests);
  return covariance.map(
    (row, r) => centre + prior[r]! + row.reduce((sum, one, j) => sum + one * solution[j]!, 0),
  );
}

/** Solves A x = b for a positive definite A, by Gaussian elimination. */
function solve(matrix: readonly (readonly number[])[], right: readonly number[]): number[] {
  const rows = matrix.map((row, i) => [...row, right[i]!]);
  rows.forEach((row, i) => {
    for (const other of rows.slice(i + 1)) {
      const factor = other[i]! / row[i]!;
      for (let k = i; k < row.length; k++) other[k]! -= factor * row[k]!;
    }
  });
  const x = right.map(() => 0);
  for (let i = rows.length - 1; i >= 0; i--) {
    const row = rows[i]!;
    const known = x.reduce((sum, value, j) => sum + (j > i ? row[j]! * value : 0), 0);
    x[i] = (row[rows.length]! - known) / row[i]!;
  }
  return x;
}
