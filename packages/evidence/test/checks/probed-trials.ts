import type { CheckInputs } from "../../src/checks/find.ts";
import { checked } from "../../src/checks/finds.ts";
import { outcomesFromTrials } from "../../src/decide/outcomes-from-trials.ts";
import type { DecideOptions } from "../../src/decide/settings.ts";
import { decideOutcomes } from "../../src/methods/grid/decide.ts";
import type { Decision, EngineResult, LossPoint, MetricName, TrialResult } from "../../src/schema/types.ts";
import { explained } from "../../src/words/in-words.ts";
import { exampleTrial } from "../fixtures/results.ts";

export interface TrialOptions {
  readonly rank: number;
  readonly seed?: number;
  readonly learningRate?: number;
  readonly alpha?: number;
  /** Share of the `examples` examples that are right: the first ones. A failed run has none. */
  readonly accuracy?: number;
  readonly status?: TrialResult["status"];
  readonly examples?: number;
  readonly losses?: readonly number[];
  /** By step; constant at `learningRate` where absent. */
  readonly rates?: readonly number[];
  readonly epochs?: number;
}

const falling = Array.from({ length: 40 }, (_, i) => 0.2 + 0.5 / (1 + i));

/**
 * A trial of a sweep with alpha 32. A wrong example costs 2 nats, a right one 0.1. The training losses of each rank and seed differ
 * by thousandths, as those of runs that are no copies.
 */
export function trialOf(options: TrialOptions): EngineResult {
  const { rank, seed = 0, learningRate = 0.001, alpha = 32, accuracy = 0.9, status = "completed" } = options;
  const { examples = 1000, losses = falling, rates, epochs = 1 } = options;
  const { evaluation: _, ...example } = exampleTrial(rank, seed);
  const right = Math.round(accuracy * examples);
  const correct = Array.from({ length: examples }, (_, e) => (e < right ? 1 : 0));
  const logLosses = correct.map((value) => (value === 1 ? 0.1 : 2));
  const logLoss = logLosses.reduce((sum, value) => sum + value, 0) / examples;
  const { lora, optimizer } = example.spec;
  return {
    ...example,
    spec: {
      ...example.spec,
      lora: { ...lora, alpha },
      optimizer: { ...optimizer, learningRate, epochs },
    },
    status,
    lossCurve: losses.map(
      (loss, i): LossPoint => ({
        step: i + 1,
        loss:
          loss *
          (1 +
            0.011 * Math.log2(Math.max(1, rank) / 4) +
            0.003 * (seed % 2 === 1 ? (seed + 1) / 2 : -seed / 2)),
        learningRate: rates?.[i] ?? learningRate,
      }),
    ),
    ...(status === "completed"
      ? { evaluation: { accuracy: right / examples, logLoss, correct, logLosses } }
      : {}),
  };
}

/** The sweep's trials: these accuracies by rank, one a seed. */
export function sweepOf(
  accuracies: Readonly<Record<number, readonly number[]>>,
  options: Omit<TrialOptions, "rank" | "seed" | "accuracy"> = {},
): EngineResult[] {
  return Object.entries(accuracies).flatMap(([rank, bySeed]) =>
    bySeed.map((accuracy, seed) => trialOf({ ...options, rank: Number(rank), seed, accuracy })),
  );
}

/** What the extra runs of a probe came to: by multiple of the rate, the smallest and the largest rank. */
export type ProbeTable = Readonly<Record<number, readonly [small: Outcome, large: Outcome]>>;
type Outcome = number | "diverged" | "out-of-memory";

/** Ranks 4 and 32 under seed 0 at multiples of 0.001. */
export function probeOf(table: ProbeTable, options: Partial<TrialOptions> = {}): EngineResult[] {
  return Object.entries(table).flatMap(([factor, outcomes]) =>
    outcomes.map((outcome, i) =>
      trialOf({
        rank: i === 0 ? 4 : 32,
        ...options,
        learningRate: 0.001 * Number(factor),
        ...(typeof outcome === "number" ? { accuracy: outcome } : { status: outcome }),
      }),
    ),
  );
}

export const metrics: readonly MetricName[] = ["accuracy", "log-loss"];

/** The decision on trials with what checks add that look at them. */
export function decideChecked(
  trials: readonly TrialResult[],
  inputs: Partial<Omit<CheckInputs, "trials">> = {},
  options?: DecideOptions,
): Decision {
  const decision = decideOutcomes(outcomesFromTrials(trials), options);
  return explained(checked(decision, { trials, otherRates: [], ...inputs }));
}
