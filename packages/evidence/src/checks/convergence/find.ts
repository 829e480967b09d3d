import { armNumber } from "../../schema/arm-axis.ts";
import type { ArmAxis } from "../../schema/arm-types.ts";
import { marginBy, metrics } from "../../schema/metric.ts";
import type { Interval, RankConvergence, TrialResult } from "../../schema/types.ts";
import { mean } from "../../statistics/averages.ts";
import { quantileOfUpperTail } from "../../statistics/student-t.ts";
import type { Find } from "../find.ts";
import { hasCollapsed, lossRose } from "../training-loss.ts";

export const convergence: Find = {
  ofDecision(decision, { trials, majorityShare }) {
    const { confidence, classPrior, ranks, axis } = decision;
    const compared = new Set(ranks.map(({ rank }) => rank));
    const found = convergenceOf(
      trials.filter(({ spec }) => compared.has(armNumber(spec, axis))),
      {
        axis,
        confidence,
        threshold: marginBy(metrics["log-loss"], decision),
        ...(majorityShare === undefined ? {} : { majorityShare }),
        learned: (classPrior?.ranks ?? []).filter(({ isBetter }) => isBetter).map(({ rank }) => rank),
      },
    );
    return found.length === 0 ? {} : { convergence: found };
  },
};

export type TrainedTrial = Pick<TrialResult, "spec" | "status" | "evaluation" | "lossCurve">;

export interface ConvergenceOptions {
  readonly confidence: number;
  /** Fall in training loss that tells `falling` from `converged`, in nats. */
  readonly threshold: number;
  readonly majorityShare?: number;
  readonly learned?: readonly number[];
  /** Arms that are compared in place of ranks. */
  readonly axis?: ArmAxis | undefined;
}

/** Fewest steps in the loss regression: with fewer, single batches decide. */
const fewestSteps = 8;

/**
 * Judges for each rank whether more training would lower the loss.
 *
 * The loss, averaged over seeds, is regressed on ln p over the second half of the path p = Σ learning rate. Twice the
 * budget is twice the path: the loss falls by -slope · ln 2. Against steps any loss looks flat at the end of a linear
 * schedule.
 *
 * Later passes lower the loss by memorising, see `memorising` in {@link RankConvergence}. Ranks with too few steps are
 * left out unless stuck, as are runs without epochs or learning rates. Measured in
 * packages/evidence/bench/convergence.md.
 */
export function convergenceOf(
  trials: readonly TrainedTrial[],
  options: ConvergenceOptions,
): RankConvergence[] {
  const byRank = new Map<number, TrainedTrial[]>();
  for (const trial of trials) {
    if (trial.status !== "completed" || trial.spec.optimizer.epochs === undefined) continue;
    const rank = armNumber(trial.spec, options.axis);
    byRank.set(rank, [...(byRank.get(rank) ?? []), trial]);
  }
  return [...byRank]
    .sort(([a], [b]) => a - b)
    .flatMap(([rank, runs]) => {
      const found = rankConvergence(rank, runs, options);
      return found ? [found] : [];
    });
}

function rankConvergence(
  rank: number,
  runs: readonly TrainedTrial[],
  { confidence, threshold, majorityShare, learned = [] }: ConvergenceOptions,
): RankConvergence | undefined {
  const areMost = (some: (run: TrainedTrial) => boolean): boolean =>
    runs.filter(some).length * 2 > runs.length;
  const isStuck = !learned.includes(rank) && areMost((run) => hasCollapsed(run, majorityShare));
  const line = endLine(runs);
  if (!line && !isStuck) return undefined;
  const { epochs = 1 } = runs[0]!.spec.optimizer;
  const rose = areMost(lossRose) ? { rose: true as const } : {};
  const base = { rank, seeds: runs.length, epochs, threshold, ...rose };
  if (!line) return { ...base, state: "stuck" };
  const t = quantileOfUpperTail((1 - confidence) / 2, line.degreesOfFreedom);
  const trainLoss = Math.max(0, line.end);
  // Bound: no loss falls by more than its current value.
  const possible = (amount: number): number => Math.min(trainLoss, amount);
  const slope = 0 - line.slope * Math.LN2;
  const half = t * line.slopeError * Math.LN2;
  const fall = possible(slope);
  const interval: Interval = [possible(slope - half), possible(slope + half)];
  const losses = runs.map(({ evaluation }) => evaluation?.logLoss ?? Infinity);
  const unseen = mean(losses);
  const memorising = epochs > 1 && line.end + t * line.endError < unseen;
  const state = isStuck ? "stuck" : memorising ? "memorising" : stateOf(interval, threshold);
  return { ...base, fall, interval, trainLoss, state };
}

function stateOf([low, high]: Interval, threshold: number): RankConvergence["state"] {
  return low > threshold ? "falling" : high < threshold ? "converged" : "unclear";
}

interface EndLine {
  /** Slope in nats per unit ln(path). */
  readonly slope: number;
  readonly slopeError: number;
  /** Fitted loss at the last step, in nats. */
  readonly end: number;
  readonly endError: number;
  readonly degreesOfFreedom: number;
}

/** Least-squares fit of the mean loss to ln(path), over the path's second half. */
function endLine(runs: readonly TrainedTrial[]): EndLine | undefined {
  const curve = runs[0]!.lossCurve;
  const steps = Math.min(...runs.map(({ lossCurve }) => lossCurve.length));
  const path: number[] = [];
  let travelled = 0;
  for (const { learningRate = 0 } of curve.slice(0, steps)) {
    travelled += learningRate;
    path.push(travelled);
  }
  const later = path.flatMap((p, step) => (p > 0 && p >= travelled / 2 ? [step] : []));
  const n = later.length;
  if (n < fewestSteps) return undefined;
  const xs = later.map((step) => Math.log(path[step]!));
  const ys = later.map((step) => mean(runs.map(({ lossCurve }) => lossCurve[step]!.loss)));
  const [x0, y0] = [mean(xs), mean(ys)];
  const sxx = sum(xs.map((x) => (x - x0) ** 2));
  const slope = sum(xs.map((x, i) => (x - x0) * (ys[i]! - y0))) / sxx;
  const residual = sum(xs.map((x, i) => (ys[i]! - y0 - slope * (x - x0)) ** 2)) / (n - 2);
  const ahead = xs.at(-1)! - x0;
  return {
    slope,
    slopeError: Math.sqrt(residual / sxx),
    end: y0 + slope * ahead,
    endError: Math.sqrt(residual * (1 / n + ahead ** 2 / sxx)),
    degreesOfFreedom: n - 2,
  };
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
