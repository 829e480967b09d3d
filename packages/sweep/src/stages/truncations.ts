import { dirname, join } from "node:path";
import {
  type EvaluationOptions,
  type FailedEvaluation,
  runEvaluations,
} from "../evaluations/run-evaluations.ts";
import type { SweepStore } from "../store/store.ts";

/** A finished trial whose adapter is to be cut to `ranks`. */
export interface WantedTruncation {
  readonly trialId: string;
  readonly ranks: readonly number[];
}

export interface RunTruncationsOptions extends EvaluationOptions {
  readonly wanted: readonly WantedTruncation[];
  /** Told of a trial whose truncations are all there. */
  readonly onDone: (wanted: WantedTruncation) => void;
}

/** Evaluates the truncations that are missing, each trial's in a process of its own. Stops early when it is asked to. */
export function runTruncations(
  store: SweepStore,
  { wanted, onDone, ...options }: RunTruncationsOptions,
): Promise<FailedEvaluation[]> {
  const evaluations = wanted.map((truncation) => ({
    ...truncation,
    missing: () => {
      const ranks = missingRanks(store, truncation);
      return ranks.length === 0 ? undefined : ({ kind: "truncations", ranks } as const);
    },
    outputFile: join(dirname(store.truncationPath(truncation.trialId, 0)), "output.txt"),
    what: "cut",
  }));
  return runEvaluations(store, evaluations, options, onDone);
}

/** Ranks without an evaluation yet. */
export function missingRanks(store: SweepStore, { trialId, ranks }: WantedTruncation): number[] {
  return ranks.filter((rank) => !store.hasTruncation(trialId, rank));
}
