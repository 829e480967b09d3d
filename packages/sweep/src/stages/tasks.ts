import type { Task } from "../executor/run-tasks.ts";
import type { TestToScore } from "../plan/job.ts";
import type { SweepStore } from "../store/store.ts";
import { missingRanks, type WantedTruncation } from "../store/truncations.ts";

/** Training of a trial. */
export function trainingTask(store: SweepStore, trialId: string): Task {
  const work = { kind: "train", trialId } as const;
  return { trialId, missing: () => (store.isDone(trialId) ? undefined : work), failure: "failed" };
}

/** Cutting a finished trial's adapter to the ranks that have no evaluation yet. */
export function truncationTask(store: SweepStore, wanted: WantedTruncation): Task {
  const { trialId } = wanted;
  return {
    trialId,
    missing: () => {
      const ranks = missingRanks(store, wanted);
      return ranks.length === 0 ? undefined : { kind: "truncate", trialId, ranks };
    },
    failure: "its adapter could not be cut",
  };
}

/** Scoring a finished trial's adapter on test examples. */
export function scoringTask(store: SweepStore, trialId: string, test: TestToScore): Task {
  const work = { kind: "evaluate", trialId, test } as const;
  return {
    trialId,
    missing: () => (store.hasTestRun(test.sha256, trialId) ? undefined : work),
    failure: "its adapter could not be scored on the test examples",
  };
}
