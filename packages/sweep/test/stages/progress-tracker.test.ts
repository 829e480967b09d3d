import { expect, test } from "vitest";
import type { ProgressReporter, SweepTrialEvent } from "../../src/plan/events.ts";
import { ProgressTracker } from "../../src/stages/progress-tracker.ts";
import { commitResult } from "../../src/store/commit-result.ts";
import { SweepStore } from "../../src/store/store.ts";
import { examplePlan, temporaryFolder } from "../helpers/example.ts";
import { fakeTrial } from "../helpers/fake-trainer.ts";

const { specs } = examplePlan();

/** Keeps what it is told. */
function keeping(events: SweepTrialEvent[]): ProgressReporter {
  return { report: (event) => void events.push(event as SweepTrialEvent) };
}

/** A store where the trials at `done` have results of `seconds` each. */
async function storeWith(
  done: readonly number[],
  seconds: number,
): Promise<{ store: SweepStore; ids: string[] }> {
  const store = new SweepStore(temporaryFolder());
  const ids = specs.map((spec) => store.addSpec(spec));
  for (const index of done) await finish(store, index, seconds);
  return { store, ids };
}

async function finish(store: SweepStore, index: number, seconds: number): Promise<void> {
  const spec = specs[index]!;
  const { result } = await fakeTrial(spec);
  const measured = { ...result.measured, seconds: { load: 0, train: 0, evaluate: 0, total: seconds } };
  const trialId = store.addSpec(spec);
  commitResult(store, store.claimAttempt(trialId), { ...result, measured, trialId });
}

test("names rank and seed, counts what is done, and estimates from earlier trials", async () => {
  const { store, ids } = await storeWith([0], 10);
  const events: SweepTrialEvent[] = [];
  const tracker = new ProgressTracker(store, specs, 1, keeping(events));
  tracker.trained({ kind: "started", trialId: ids[1]!, attempt: 1 });
  const [event] = events;
  expect(event).toMatchObject({ kind: "trial-started", trialId: ids[1], rank: 4, seed: 0, attempt: 1 });
  expect(event).toMatchObject({ done: 1, total: 4 });
  // 10 s for this one, which has just started, and 20 s for the two that wait.
  expect(event!.secondsEstimateLeft).toBeCloseTo(30, 1);
});

test("gives a finished trial's figures from its result", async () => {
  const { store, ids } = await storeWith([], 0);
  const events: SweepTrialEvent[] = [];
  const tracker = new ProgressTracker(store, specs, 2, keeping(events));
  tracker.trained({ kind: "started", trialId: ids[0]!, attempt: 1 });
  await finish(store, 0, 7);
  tracker.trained({ kind: "finished", trialId: ids[0]! });
  const { accuracy, logLoss } = store.readResult(ids[0]!).evaluation!;
  expect(events[0]!.secondsEstimateLeft).toBeUndefined();
  expect(events[1]).toEqual({
    kind: "trial-finished",
    trialId: ids[0],
    rank: 2,
    seed: 0,
    done: 1,
    total: 4,
    status: "completed",
    seconds: 7,
    accuracy,
    logLoss,
    secondsEstimateLeft: 14, // three trials of 7 s, two at once: the third after one of them
  });
});

test("a retried trial waits again, a failed one does not", async () => {
  const { store, ids } = await storeWith([0], 10);
  const events: SweepTrialEvent[] = [];
  const left = () => events.at(-1)!.secondsEstimateLeft;
  const tracker = new ProgressTracker(store, specs, 1, keeping(events));
  tracker.trained({ kind: "started", trialId: ids[1]!, attempt: 1 });
  tracker.trained({ kind: "retried", trialId: ids[1]!, attempt: 1, reason: "killed" });
  expect(left()).toBe(30);
  tracker.trained({ kind: "started", trialId: ids[1]!, attempt: 2 });
  tracker.trained({ kind: "failed", trialId: ids[1]!, message: "gone" });
  expect(left()).toBe(20);
});
