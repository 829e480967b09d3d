import type { TrialSpec } from "@lorank/evidence/results";
import type { SweepConfig } from "@lorank/sweep";
import { SweepStore } from "@lorank/sweep/folder";
import { onTestFinished } from "vitest";
import { methodOf } from "../../../packages/sweep/src/methods/methods.ts";
import { collectResults, decideRequired } from "../../../packages/sweep/src/results/collect.ts";
import { AttemptLog } from "../../../packages/sweep/src/store/attempt-log.ts";
import { takeLease } from "../../../packages/sweep/src/store/lease.ts";
import { reconcileSweepFile } from "../../../packages/sweep/src/store/reconcile.ts";
import { examplePlan } from "../../../packages/sweep/test/helpers/example.ts";
import { finishTrials } from "../../../packages/sweep/test/helpers/finished.ts";
import { temporaryFolder } from "../../../scripts/temporary-folder.ts";

/** A sweep's folder in which a test does, step by step, what the processes of a sweep would do. This process runs it. */
export function watchedSweep(changes: Partial<SweepConfig> = {}) {
  const out = temporaryFolder();
  const plan = examplePlan({ ranks: [2, 8], seeds: [1, 2, 3], ...changes });
  reconcileSweepFile(out, plan, false);
  const store = new SweepStore(out);
  const lease = takeLease(out);
  onTestFinished(() => lease.release());
  const [first] = plan.specs as [TrialSpec];
  return {
    out,
    plan,
    /** The first trial of the plan, in an attempt that runs. */
    start: () => {
      const { folder } = store.claimAttempt(store.addSpec(first));
      const log = new AttemptLog(folder, { threads: 1, device: "cpu" });
      onTestFinished(() => log.end({ kind: "ended", reason: "the test is over" }));
      return log;
    },
    /** Brings the first trials, so many, to a result. */
    finish: (count: number) =>
      finishTrials(
        store,
        plan.specs.slice(0, count).filter((spec) => !store.isDone(store.addSpec(spec))),
      ),
    /** Ends the process that runs the sweep. */
    release: () => lease.release(),
    /** All that comes after the last trial. */
    complete: () => {
      const wanted = methodOf(plan).required(store);
      collectResults(store, plan, decideRequired(store, plan, wanted), {
        threadsPerTrial: 1,
        trialsAtOnce: 1,
      });
      lease.release();
    },
  };
}
